import { createConnection } from 'node:net'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { sha256 } from '@mb/kernel'
import { generateSigningKey } from '@mb/manifest'
import { reprDigest, routes } from '@mb/marketplace-protocol'
import type { ScanReport } from '@mb/scanner'
import { pluginPackage, type PackageParts } from '../fixtures/plugin-package.ts'
import { clean, problemOf, read, Served } from '../fixtures/served.ts'

const octets = { 'content-type': 'application/octet-stream' }

describe('publish', () => {
  it('tells how far a package has come, and finds what is live', async () => {
    await using served = await Served.start()
    const bytes = await pluginPackage({ key: served.key })
    const response = await served.send(bytes)
    expect(response.status).toBe(202)
    const { id } = await read(response, routes.publish.answer)
    expect(response.headers.get('location')).toBe(`/v1/publishes/${id}`)
    expect(await served.ended(id)).toEqual({
      id,
      state: 'live',
      plugin: 'acme/notes',
      version: '1.0.0',
      sha256: sha256(bytes),
      bytes: bytes.length,
      reasons: [],
      warnings: [],
      receivedAt: expect.any(String),
      finishedAt: expect.any(String),
    })
  })

  it('answers the same bytes again with what became of them', async () => {
    await using served = await Served.start()
    const bytes = await pluginPackage({ key: served.key })
    const first = await served.publish(bytes)
    const again = await served.send(bytes)
    expect(again.status).toBe(200)
    expect(await read(again, routes.publish.answer)).toEqual(first)
    expect(await served.packages()).toHaveLength(1)
  })

  it('lets nothing go live by a key that is removed meanwhile', async () => {
    const { promise, resolve } = Promise.withResolvers<ScanReport>()
    await using served = await Served.start({ scan: () => promise })
    const response = await served.send(await pluginPackage({ key: served.key }))
    const { id, state } = await read(response, routes.publish.answer)
    expect(state).toBe('validated')
    const path = `/v1/namespaces/acme/keys/${served.key.keyId}`
    expect((await served.ask(path, { method: 'DELETE' })).status).toBe(204)
    resolve(clean)
    const { state: last, reasons } = await served.ended(id)
    expect([last, reasons[0]?.code]).toEqual(['rejected', 'key-not-enrolled'])
    expect((await served.ask('/v1/plugins/acme/notes', { token: '' })).status).toBe(404)
    expect(await served.packages()).toEqual([])
  })

  it('answers other bytes of a version with 409, and keeps the first', async () => {
    await using served = await Served.start()
    const first = await pluginPackage({ key: served.key })
    await served.publish(first)
    const other = await pluginPackage({ key: served.key, files: { 'more.txt': 'more' } })
    const response = await served.send(other)
    expect(response.status).toBe(409)
    expect(await problemOf(response)).toMatchObject({
      code: 'version-exists',
      detail: 'acme/notes 1.0.0 was published with other content, and a version never changes',
      hint: 'Publish it under a new version',
    })
    expect(await served.packages()).toEqual([`blobs/${sha256(first)}`])
  })

  it('takes two different packages of one version at once as one and a conflict', async () => {
    await using served = await Served.start()
    const packages = await Promise.all(
      ['a', 'b', 'c'].map(async (text) =>
        pluginPackage({ key: served.key, files: { 'text.txt': text } }),
      ),
    )
    const statuses = await Promise.all(
      packages.map(async (each) => (await served.send(each)).status),
    )
    expect(statuses.toSorted((a, b) => a - b)).toEqual([202, 409, 409])
    expect(await served.packages()).toHaveLength(1)
  })

  it('takes the same bytes twice at once as one publish', async () => {
    await using served = await Served.start()
    const bytes = await pluginPackage({ key: served.key })
    const answers = await Promise.all(
      [1, 2, 3, 4].map(async () => read(await served.send(bytes), routes.publish.answer)),
    )
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
  })

  it.each<[string, string, PackageParts & { readonly isStranger?: true }]>([
    ['is not signed', 'signature-required', {}],
    ['is signed by a key that nobody enrolled', 'key-not-enrolled', { isStranger: true }],
    ['was signed for another namespace', 'signature-invalid', { namespace: 'other' }],
    ['has no licence', 'missing-license', { manifest: { license: undefined } }],
    [
      'has a file that was changed after it was signed',
      'MB_DIGEST_MISMATCH',
      { spoil: (files) => files.set('dist/index.mjs', Buffer.from('export default []\n')) },
    ],
    [
      'has a file that was added after it was signed',
      'MB_DIGEST_MISMATCH',
      { spoil: (files) => files.set('dist/more.mjs', Buffer.from('')) },
    ],
    [
      'holds a path that leads out',
      'MB_ARCHIVE_PATH',
      { spoil: (files) => files.set('../out.txt', Buffer.from('out')) },
    ],
    [
      'has a number in its version that not everybody can count to',
      'package-invalid',
      { manifest: { version: '1.0.9007199254740991' } },
    ],
  ])('rejects a package that %s', async (_, code, { isStranger, ...parts }) => {
    await using served = await Served.start()
    const isUnsigned = code === 'signature-required'
    const key = isStranger === true ? generateSigningKey() : served.key
    const bytes = await pluginPackage({ ...parts, ...(isUnsigned ? {} : { key }) })
    const status = await served.publish(bytes)
    expect(status.state).toBe('rejected')
    expect(status.reasons.map((reason) => reason.code)).toContain(code)
    expect(JSON.stringify(status.reasons)).not.toContain(served.data)
    expect(await served.packages()).toEqual([])
    expect((await served.ask('/v1/plugins/acme/notes')).status).toBe(404)
  })

  it('rejects bytes that are no archive', async () => {
    await using served = await Served.start()
    const status = await served.publish(Buffer.from('These are no archive'))
    expect(status.reasons.map(({ code }) => code)).toEqual(['MB_ARCHIVE_FORM'])
  })

  it('takes a package in the signer’s own namespace', async () => {
    await using served = await Served.start()
    const bytes = await pluginPackage({ key: served.key, namespace: 'acme' })
    expect((await served.publish(bytes)).state).toBe('live')
  })

  const finding = {
    id: 'MB4101',
    rule: 'undeclared-network',
    severity: 'high',
    message: 'Reaches for the network\u001B[2J',
    file: 'dist/index.mjs',
    line: 3,
    column: 7,
    help: 'Declare it',
  } as const

  it.each<[string, ScanReport | 'throw', string]>([
    ['blocks', { ...clean, verdict: 'block', findings: [finding] }, 'MB4101'],
    [
      'could not be done',
      { ...clean, verdict: 'error', errors: [{ message: 'lost' }] },
      'scan-failed',
    ],
    ['says nothing but "error"', { ...clean, verdict: 'error' }, 'scan-failed'],
    ['passes with errors', { ...clean, errors: [{ message: 'half of it' }] }, 'scan-failed'],
    ['throws', 'throw', 'internal'],
  ])('rejects a package whose scan %s', async (_, report, code) => {
    await using served = await Served.start({
      scan: async () => {
        if (report === 'throw') throw new Error('The scanner broke')
        return report
      },
    })
    const status = await served.publish(await pluginPackage({ key: served.key }))
    expect(status).toMatchObject({ state: 'rejected', reasons: [{ code }] })
    expect(await served.packages()).toEqual([])
  })

  it('tells file, line and what to do of a finding, harmless to print', async () => {
    const report: ScanReport = { ...clean, verdict: 'block', findings: [finding] }
    await using served = await Served.start({ scan: async () => report })
    const { reasons } = await served.publish(await pluginPackage({ key: served.key }))
    expect(reasons).toEqual([
      {
        code: 'MB4101',
        severity: 'high',
        message: expect.not.stringContaining('\u001B'),
        file: 'dist/index.mjs',
        line: 3,
        column: 7,
        help: 'Declare it',
      },
    ])
  })

  it('lets a warning through, and shows it with the version', async () => {
    const report: ScanReport = {
      ...clean,
      verdict: 'warn',
      findings: [{ ...finding, severity: 'medium' }],
    }
    await using served = await Served.start({ scan: async () => report })
    const status = await served.publish(await pluginPackage({ key: served.key }))
    expect(status).toMatchObject({ state: 'live', warnings: [{ code: 'MB4101' }] })
    const version = await served.get('/v1/plugins/acme/notes/versions/1.0.0', routes.version.answer)
    expect(version.scan).toMatchObject({ verdict: 'warn', findings: [{ code: 'MB4101' }] })
  })
})

describe('publish, before a package is looked at', () => {
  it.each<[string, number, string, Record<string, string>]>([
    ['another type', 415, 'unsupported-media', { 'content-type': 'application/json' }],
    ['an encoding', 415, 'unsupported-media', { 'content-encoding': 'gzip' }],
    ['no digest', 400, 'bad-request', { 'repr-digest': '' }],
    ['a digest of another kind', 400, 'bad-request', { 'repr-digest': 'sha-512=:AAAA:' }],
    ['a wrong digest', 422, 'digest-mismatch', { 'repr-digest': reprDigest(sha256('other')) }],
  ])('refuses %s', async (_, status, code, headers) => {
    await using served = await Served.start()
    const response = await served.send(await pluginPackage({ key: served.key }), headers)
    expect(await problemOf(response)).toMatchObject({ status, code })
    expect(await served.packages()).toEqual([])
  })

  it('refuses a package without a length', async () => {
    await using served = await Served.start()
    const body = new Blob(['x']).stream()
    const init = { method: 'POST', body, duplex: 'half', headers: octets } as const
    const response = await served.ask('/v1/plugins/acme/packages', init)
    expect((await problemOf(response)).code).toBe('length-required')
  })

  it('refuses more than it takes by its length, and whoever sends it gets to know', async () => {
    await using served = await Served.start({ limits: { maxPackageBytes: 1000 } })
    const response = await served.send(Buffer.alloc(8 * 1024 * 1024, 1))
    expect((await problemOf(response)).code).toBe('too-large')
    expect(await served.packages()).toEqual([])
  })

  it('keeps nothing of a package that ends in the middle', async () => {
    await using served = await Served.start()
    await sendHalf(served)
    await expect.poll(async () => (await served.packages()).length).toBe(0)
    expect((await served.publish(await pluginPackage({ key: served.key }))).state).toBe('live')
  })

  it('lets nobody hold more uploads than their share', async () => {
    await using served = await Served.start({ limits: { intake: { uploadsOfOne: 1 } } })
    const held = openUpload(served)
    await expect.poll(async () => (await served.packages()).length).toBe(1)
    const response = await served.send(await pluginPackage({ key: served.key }))
    expect((await problemOf(response)).code).toBe('rate-limited')
    expect(response.headers.get('retry-after')).toBe('5')
    held.destroy()
    await expect.poll(async () => (await served.packages()).length).toBe(0)
    expect((await served.send(await pluginPackage({ key: served.key }))).status).toBe(202)
  })

  it('is closed to those who have the token of another account, or of none', async () => {
    await using served = await Served.start()
    const bytes = await pluginPackage({ key: served.key })
    const { token } = await served.marketplace.accounts.add('eve', ['eve'])
    const init = { method: 'POST', body: new Uint8Array(bytes), headers: { ...octets }, token }
    const other = await problemOf(await served.ask('/v1/plugins/acme/packages', init))
    expect(other).toMatchObject({ code: 'forbidden', hint: 'It has eve' })
    const none = await served.ask('/v1/plugins/acme/packages', { ...init, token: '' })
    expect(none.headers.get('www-authenticate')).toBe('Bearer realm="milkbottle"')
    expect((await problemOf(none)).code).toBe('unauthorized')
    const { id } = await served.publish(bytes)
    expect((await served.ask(`/v1/publishes/${id}`, { token })).status).toBe(404)
  })

  it('slows down who changes too much', async () => {
    await using served = await Served.start({ limits: { writes: { burst: 2, perMinute: 1 } } })
    const bytes = await pluginPackage({ key: served.key })
    expect((await served.send(bytes)).status).toBe(202)
    const response = await served.send(bytes)
    expect((await problemOf(response)).code).toBe('rate-limited')
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it.each(['..', '%2e%2e', 'A', 'ac\u0000me', 'аcme', 'x'.repeat(300), '-x', 'con'])(
    'refuses namespace %j',
    async (name) => {
      await using served = await Served.start()
      const bytes = await pluginPackage({ key: served.key })
      const response = await served.send(bytes, {}, `/v1/plugins/${name}/packages`)
      // What an address of the web resolves by itself does not come as far as a name.
      const expected = name === '..' || name === '%2e%2e' ? 'not-found' : 'name-invalid'
      expect((await problemOf(response)).code).toBe(expected)
      expect(await served.packages()).toEqual([])
    },
  )
})

describe('validate', () => {
  it('judges as publishing would, and keeps nothing', async () => {
    await using served = await Served.start()
    const good = await pluginPackage({ key: served.key })
    const answer = await served.send(good, {}, '/v1/validate')
    expect(await read(answer, routes.validate.answer)).toEqual({
      ok: true,
      plugin: 'acme/notes',
      version: '1.0.0',
      reasons: [],
      warnings: [],
    })
    const bad = await served.send(await pluginPackage(), {}, '/v1/validate')
    const { ok, reasons } = await read(bad, routes.validate.answer)
    expect([ok, reasons[0]?.code]).toEqual([false, 'signature-required'])
    expect(await served.packages()).toEqual([])
    expect((await served.ask('/v1/plugins/acme/notes')).status).toBe(404)
  })
})

/** Begins to send a package, and sends no more. */
function openUpload(served: Served): ReturnType<typeof createConnection> {
  const { hostname, port } = new URL(served.marketplace.url)
  const socket = createConnection({ host: hostname, port: Number(port) })
  socket.on('error', () => {})
  const lines = [
    'POST /v1/plugins/acme/packages HTTP/1.1',
    `Host: ${hostname}:${port}`,
    `Authorization: Bearer ${served.token}`,
    'Content-Type: application/octet-stream',
    'Content-Length: 1000000',
    `Repr-Digest: ${reprDigest(sha256('x'))}`,
  ]
  socket.write(`${lines.join('\r\n')}\r\n\r\n${'x'.repeat(1000)}`)
  return socket
}

async function sendHalf(served: Served): Promise<void> {
  const socket = openUpload(served)
  await once(socket, 'connect')
  await expect.poll(async () => (await served.packages()).length).toBe(1)
  socket.destroy()
  await delay(50)
}
