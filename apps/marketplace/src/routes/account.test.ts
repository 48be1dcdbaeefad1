import { describe, expect, it } from 'vitest'
import { systemClock } from '@mb/kernel'
import { makeToken, routes } from '@mb/marketplace-protocol'
import { problemOf, Served } from '../fixtures/served.ts'

const dayMs = 24 * 60 * 60 * 1000

describe('tokens', () => {
  it('tell whose they are, and until when', async () => {
    await using served = await Served.start()
    const { account, namespaces, token } = await served.get('/v1/account', routes.whoami.answer)
    expect([account, namespaces]).toEqual(['ada', ['acme']])
    const days = (Date.parse(token.expiresAt) - Date.parse(token.createdAt)) / dayMs
    expect(days).toBe(90)
  })

  it('end when they are revoked by themselves', async () => {
    await using served = await Served.start()
    expect((await served.ask('/v1/account/token', { method: 'DELETE' })).status).toBe(204)
    expect((await problemOf(await served.ask('/v1/account'))).code).toBe('unauthorized')
  })

  it('that have expired are told from those that never were', async () => {
    let now = Date.now()
    await using served = await Served.start({ clock: { ...systemClock, now: () => now } })
    now += 90 * dayMs
    expect((await problemOf(await served.ask('/v1/account'))).code).toBe('token-expired')
    const other = await served.ask('/v1/account', { token: makeToken() })
    expect((await problemOf(other)).code).toBe('unauthorized')
  })

  it.each(['mbp_x', '', `${makeToken()}x`, 'a'.repeat(5000)])('are not %.20j', async (token) => {
    await using served = await Served.start()
    expect((await problemOf(await served.ask('/v1/account', { token }))).code).toBe('unauthorized')
  })

  it('are not read from an address', async () => {
    await using served = await Served.start()
    const path = `/v1/account?token=${served.token}&access_token=${served.token}`
    expect((await served.ask(path, { token: '' })).status).toBe(401)
  })

  it('cannot be guessed at will; whoever has one is not kept out', async () => {
    await using served = await Served.start({ limits: { guesses: { burst: 3, perMinute: 1 } } })
    const codes = []
    for (let times = 0; times < 5; times += 1) {
      const response = await served.ask('/v1/account', { token: makeToken() })
      codes.push((await problemOf(response)).code)
    }
    expect(codes).toEqual([
      'unauthorized',
      'unauthorized',
      'unauthorized',
      'rate-limited',
      'rate-limited',
    ])
    expect((await served.ask('/v1/account')).status).toBe(200)
  })

  it('lie in no file of the data folder', async () => {
    await using served = await Served.start()
    const { execFileSync } = await import('node:child_process')
    const grep = (text: string): string =>
      execFileSync('sh', ['-c', 'grep -rlaF -- "$1" "$2" || true', 'sh', text, served.data], {
        encoding: 'utf8',
      })
    expect(grep(served.token)).toBe('')
    expect(grep('acme')).toContain('marketplace.db')
  })
})
