import { describe, expect, it } from 'vitest'
import { generateSigningKey } from '@mb/manifest'
import { routes } from '@mb/marketplace-protocol'
import { pluginPackage } from '../fixtures/plugin-package.ts'
import { problemOf, Served } from '../fixtures/served.ts'

describe('keys', () => {
  it('are enrolled with proof, listed, and removed', async () => {
    await using served = await Served.start()
    const key = generateSigningKey()
    const enrolled = await served.enrol(key)
    expect(enrolled).toEqual({
      keyId: key.keyId,
      publicKey: key.publicKey,
      enrolledAt: expect.any(String),
    })
    const path = '/v1/namespaces/acme/keys'
    const { keys } = await served.get(path, routes.keys.answer, '')
    expect(keys).toContainEqual(enrolled)
    expect((await served.ask(`${path}/${key.keyId}`, { method: 'DELETE' })).status).toBe(204)
    const left = await served.get(path, routes.keys.answer, '')
    expect(left.keys.map(({ keyId }) => keyId)).toEqual([served.key.keyId])
    const gone = await served.ask(`${path}/${key.keyId}`, { method: 'DELETE' })
    expect((await problemOf(gone)).code).toBe('not-found')
  })

  it('sign nothing more once they were removed, and what they signed stays', async () => {
    await using served = await Served.start()
    await served.publish(await pluginPackage({ key: served.key }))
    await served.ask(`/v1/namespaces/acme/keys/${served.key.keyId}`, { method: 'DELETE' })
    const next = await pluginPackage({ key: served.key, manifest: { version: '2.0.0' } })
    expect((await served.publish(next)).reasons[0]?.code).toBe('key-not-enrolled')
    expect((await served.ask('/v1/plugins/acme/notes')).status).toBe(200)
    await served.enrol(served.key)
    expect((await served.publish(next)).state).toBe('live')
  })

  it('are enrolled once', async () => {
    await using served = await Served.start()
    expect((await problemOf(await served.askToEnrol(served.key))).code).toBe('key-exists')
  })

  it('are not those of a namespace that is not there', async () => {
    await using served = await Served.start()
    expect((await problemOf(await served.ask('/v1/namespaces/other/keys'))).code).toBe('not-found')
  })

  const old = new Date(Date.now() - 6 * 60_000).toISOString()
  it.each([
    ['by another key', { proof: 'AAAA' }, 'key-proof-invalid'],
    ['at another time than it says', { issuedAt: new Date(1).toISOString() }, 'key-proof-invalid'],
    ['too long ago', { issuedAt: old }, 'key-proof-invalid'],
    ['by what is no key', { publicKey: 'none' }, 'bad-request'],
  ])('are refused when the proof was made %s', async (_, change, code) => {
    await using served = await Served.start()
    const response = await served.askToEnrol(generateSigningKey(), change)
    expect((await problemOf(response)).code).toBe(code)
  })

  it('are refused with the proof for another marketplace, and taken with this one’s other names', async () => {
    await using served = await Served.start()
    const key = generateSigningKey()
    const origin = 'http://127.0.0.1:1'
    const response = await served.askToEnrol(key, {}, { origin })
    expect(await problemOf(response)).toMatchObject({
      code: 'key-proof-invalid',
      hint: expect.stringContaining(served.marketplace.url),
    })
    const local = served.marketplace.url.replace('127.0.0.1', 'localhost')
    expect((await served.askToEnrol(key, {}, { origin: local })).status).toBe(201)
  })

  it('are refused in the namespace of somebody else', async () => {
    await using served = await Served.start()
    const response = await served.askToEnrol(generateSigningKey(), {}, { namespace: 'other' })
    expect((await problemOf(response)).code).toBe('forbidden')
  })

  it.each([
    ['text/plain', '{}', 'unsupported-media'],
    ['application/json', '{', 'bad-request'],
    ['application/json', '{}', 'bad-request'],
    ['application/json', JSON.stringify({ x: 'x'.repeat(70_000) }), 'too-large'],
  ])('are refused as %s %.20s', async (type, body, code) => {
    await using served = await Served.start()
    const init = { method: 'POST', body, headers: { 'content-type': type } }
    const response = await served.ask('/v1/namespaces/acme/keys', init)
    expect((await problemOf(response)).code).toBe(code)
  })
})
