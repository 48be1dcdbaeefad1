import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { sha256 } from '@mb/kernel'
import { pluginPackage } from '../fixtures/plugin-package.ts'
import { problemOf, Served } from '../fixtures/served.ts'
import { readRange } from './download.ts'

const path = '/v1/plugins/acme/notes/versions/1.0.0/download'

async function servedPackage(): Promise<{ served: Served; bytes: Buffer; etag: string }> {
  const served = await Served.start()
  const bytes = await pluginPackage({ key: served.key })
  await served.publish(bytes)
  return { served, bytes, etag: `"sha256-${sha256(bytes)}"` }
}

async function ask(
  served: Served,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<Response> {
  return served.ask(path, { headers: { ...headers }, method, token: '' })
}

describe('download', () => {
  it('gives the bytes, and what is to be known of them', async () => {
    const { served, bytes, etag } = await servedPackage()
    await using _ = served
    const response = await ask(served)
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': String(bytes.length),
      'accept-ranges': 'bytes',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-disposition': 'attachment; filename="acme-notes-1.0.0.tar.gz"',
      'x-content-type-options': 'nosniff',
      etag,
    })
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes)
  })

  it('gives the head alone for HEAD', async () => {
    const { served, bytes } = await servedPackage()
    await using _ = served
    const response = await ask(served, {}, 'HEAD')
    expect([response.status, response.headers.get('content-length')]).toEqual([
      200,
      String(bytes.length),
    ])
    expect(await response.text()).toBe('')
  })

  it('gives a range, and the rest of what somebody has the beginning of', async () => {
    const { served, bytes, etag } = await servedPackage()
    await using _ = served
    const middle = await ask(served, { range: 'bytes=10-19' })
    expect([middle.status, middle.headers.get('content-range')]).toEqual([
      206,
      `bytes 10-19/${bytes.length}`,
    ])
    expect(Buffer.from(await middle.arrayBuffer())).toEqual(bytes.subarray(10, 20))
    const rest = await ask(served, { range: 'bytes=100-', 'if-range': etag })
    expect(rest.status).toBe(206)
    expect(Buffer.from(await rest.arrayBuffer())).toEqual(bytes.subarray(100))
    const last = await ask(served, { range: 'bytes=-5' })
    expect(Buffer.from(await last.arrayBuffer())).toEqual(bytes.subarray(-5))
  })

  it('gives the whole when the beginning was of something else', async () => {
    const { served, bytes } = await servedPackage()
    await using _ = served
    const response = await ask(served, { range: 'bytes=100-', 'if-range': '"sha256-other"' })
    expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([
      200,
      bytes.length,
    ])
  })

  it('says what there is of a range that is not there', async () => {
    const { served, bytes } = await servedPackage()
    await using _ = served
    const response = await ask(served, { range: `bytes=${bytes.length}-` })
    expect(response.headers.get('content-range')).toBe(`bytes */${bytes.length}`)
    expect((await problemOf(response)).code).toBe('range-not-satisfiable')
  })

  it('says that nothing changed to whoever has it', async () => {
    const { served, etag } = await servedPackage()
    await using _ = served
    const response = await ask(served, { 'if-none-match': `"other", ${etag}` })
    expect([response.status, await response.text()]).toEqual([304, ''])
  })

  it('has no other methods', async () => {
    const { served } = await servedPackage()
    await using _ = served
    const response = await ask(served, {}, 'PUT')
    expect(response.headers.get('allow')).toBe('GET, HEAD')
    expect((await problemOf(response)).code).toBe('method-not-allowed')
  })

  it.each([
    ['/v1/plugins/acme/other/versions/1.0.0/download', 'not-found'],
    ['/v1/plugins/acme/notes/versions/2.0.0/download', 'not-found'],
    ['/v1/plugins/acme/notes/versions/..%2f..%2fx/download', 'name-invalid'],
    ['/v1/plugins/acme/notes/versions/1/download', 'name-invalid'],
    ['/v1/plugins/acme/n%00/versions/1.0.0/download', 'name-invalid'],
    ['/v1/plugins/acme/%ff/versions/1.0.0/download', 'name-invalid'],
  ])('answers %s with %s', async (wrong, code) => {
    const { served } = await servedPackage()
    await using _ = served
    expect((await problemOf(await served.ask(wrong))).code).toBe(code)
  })
})

describe('readRange()', () => {
  it('never leaves the file, whatever is asked for', () => {
    const header = fc.oneof(
      fc.string(),
      fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => `bytes=${a}-${b}`),
      fc.nat().map((a) => `bytes=${a}-`),
      fc.nat().map((a) => `bytes=-${a}`),
    )
    fc.assert(
      fc.property(header, fc.integer({ min: 1, max: 1_000_000 }), (text, bytes) => {
        const range = readRange(text, bytes)
        if (range === undefined || range === 'unsatisfiable') return
        expect(range.start).toBeGreaterThanOrEqual(0)
        expect(range.end).toBeGreaterThanOrEqual(range.start)
        expect(range.end).toBeLessThan(bytes)
      }),
    )
  })

  it.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=90-200', { start: 90, end: 99 }],
    ['bytes=-200', { start: 0, end: 99 }],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=5-4', undefined],
    ['bytes=0-1,3-4', undefined],
    ['lines=0-1', undefined],
    [null, undefined],
  ])('reads %j of 100 bytes', (header, range) => {
    expect(readRange(header, 100)).toEqual(range)
  })
})
