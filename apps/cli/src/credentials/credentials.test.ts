import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Credentials } from './credentials.ts'

const home = { name: 'home', url: 'http://127.0.0.1:4873' }
const other = { name: 'other', url: 'https://plugins.acme.example' }
const token = `mbp_${'a'.repeat(43)}secret`

async function opened(): Promise<
  AsyncDisposable & { readonly path: string; readonly credentials: Credentials }
> {
  const folder = await mkdtemp(join(tmpdir(), 'mb-credentials-'))
  const path = join(folder, 'home')
  return {
    path,
    credentials: new Credentials(path),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

describe('Credentials', () => {
  it('makes nothing by looking, and finds nothing where nothing is', async () => {
    await using place = await opened()
    expect(await place.credentials.find(home)).toBeUndefined()
    expect(await place.credentials.forget('home')).toBe(false)
    await expect(stat(place.path)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('keeps a token where only its owner can read it', async () => {
    await using place = await opened()
    await place.credentials.store(home, token)
    await place.credentials.store(other, 'another')
    expect(await place.credentials.find(home)).toBe(token)
    expect((await stat(place.path)).mode & 0o777).toBe(0o700)
    expect((await stat(place.credentials.file)).mode & 0o777).toBe(0o600)
    expect(await readdir(place.path)).toEqual(['credentials.json'])
    expect(JSON.parse(await readFile(place.credentials.file, 'utf8'))).toEqual({
      repositories: {
        home: { url: home.url, token },
        other: { url: other.url, token: 'another' },
      },
    })
  })

  it('gives a token to the very address that it was stored for', async () => {
    await using place = await opened()
    await place.credentials.store(home, token)
    for (const url of ['http://127.0.0.1:4874', 'https://127.0.0.1:4873', `${home.url}/x`])
      expect(await place.credentials.find({ name: 'home', url })).toBeUndefined()
  })

  it('forgets one and keeps the others', async () => {
    await using place = await opened()
    await place.credentials.store(home, token)
    await place.credentials.store(other, 'another')
    expect(await place.credentials.forget('home')).toBe(true)
    expect(await place.credentials.find(home)).toBeUndefined()
    expect(await place.credentials.find(other)).toBe('another')
  })

  it('refuses a file that others can read, or that is a link or a folder', async () => {
    await using place = await opened()
    const { credentials, path } = place
    await credentials.store(home, token)
    await chmod(credentials.file, 0o640)
    await expect(credentials.find(home)).rejects.toMatchObject({
      code: 'MB_CLI_CREDENTIALS',
      message: `Cannot use "${credentials.file}": others on this machine can read it`,
    })
    const elsewhere = join(path, 'elsewhere.json')
    await chmod(credentials.file, 0o600)
    await writeFile(elsewhere, await readFile(credentials.file), { mode: 0o600 })
    await rm(credentials.file)
    await symlink(elsewhere, credentials.file)
    await expect(credentials.find(home)).rejects.toMatchObject({ code: 'MB_CLI_CREDENTIALS' })
    await rm(credentials.file)
    await mkdir(credentials.file)
    await expect(credentials.find(home)).rejects.toMatchObject({ code: 'MB_CLI_CREDENTIALS' })
  })

  it.each([
    ['no JSON', `{"repositories": {"home": {"token": "${token}`],
    ['a list', '[]'],
    ['an entry without address', `{"repositories": {"home": {"token": "${token}"}}}`],
    ['an entry that is a number', '{"repositories": {"home": 1}}'],
  ])('refuses %s, and does not repeat it', async (_what, text) => {
    await using place = await opened()
    await mkdir(place.path)
    await writeFile(place.credentials.file, text, { mode: 0o600 })
    const error: unknown = await place.credentials.find(home).catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code: 'MB_CLI_CREDENTIALS', hint: expect.stringMatching(/rm /) })
    expect(String(error instanceof Error ? error.stack : error)).not.toContain('aaaa')
  })

  it('finds nothing under the names of members of Object', async () => {
    await using place = await opened()
    await place.credentials.store(home, token)
    for (const name of ['__proto__', 'constructor'])
      expect(await place.credentials.find({ name, url: home.url })).toBeUndefined()
  })
})
