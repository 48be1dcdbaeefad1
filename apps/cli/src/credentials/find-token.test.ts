import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Credentials } from './credentials.ts'
import { findToken } from './find-token.ts'

const repository = { name: 'home', url: 'http://127.0.0.1:4873' }
const moved = { ...repository, url: 'http://127.0.0.1:4874' }
const other = { name: 'other', url: 'https://plugins.acme.example' }

async function homeWithLogin(): Promise<AsyncDisposable & { readonly home: string }> {
  const home = await mkdtemp(join(tmpdir(), 'mb-token-'))
  await new Credentials(home).store(repository, 'stored')
  return { home, [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }) }
}

describe('findToken()', () => {
  it('takes that of the environment, else of the login, else of the settings', async () => {
    await using place = await homeWithLogin()
    const { home } = place
    const apiKeys = { home: 'configured', other: 'configured too' }
    const options = { context: { home, env: {} }, apiKeys, chosen: repository }
    const given = { ...options, context: { home, env: { MB_MARKETPLACE_TOKEN: ' given\n' } } }
    expect(await findToken(repository, given)).toEqual({
      token: 'given',
      source: 'MB_MARKETPLACE_TOKEN',
    })
    expect(await findToken(repository, options)).toEqual({ token: 'stored', source: 'login' })
    expect(await findToken(other, options)).toEqual({ token: 'configured too', source: 'settings' })
    expect(await findToken(other, { ...options, apiKeys: {} })).toBeUndefined()
  })

  it('gives the token of the environment to no other marketplace than the one that is asked', async () => {
    await using place = await homeWithLogin()
    const context = { home: place.home, env: { MB_MARKETPLACE_TOKEN: 'given' } }
    for (const chosen of [repository, undefined])
      expect(await findToken(other, { context, apiKeys: {}, chosen })).toBeUndefined()
  })

  it('gives a stored token to no other address', async () => {
    await using place = await homeWithLogin()
    const options = { context: { home: place.home, env: {} }, apiKeys: {}, chosen: moved }
    expect(await findToken(moved, options)).toBeUndefined()
  })

  it('finds nothing under the names of members of Object', async () => {
    const context = { home: '/nowhere', env: {} }
    const named = { name: 'constructor', url: repository.url }
    expect(await findToken(named, { context, apiKeys: {}, chosen: named })).toBeUndefined()
  })
})
