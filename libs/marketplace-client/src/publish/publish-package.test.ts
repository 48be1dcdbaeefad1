import { mkdir, readdir, truncate, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { sha256 } from '@mb/kernel'
import { makeToken, reprDigest } from '@mb/marketplace-protocol'
import { describe, expect, it } from 'vitest'
import { openTiny } from '../fixtures/open-tiny.ts'
import { failure } from '../fixtures/tiny-marketplace.ts'
import type { PublishProgress } from '../marketplace.ts'

const target = { namespace: 'acme', repository: 'tiny' }

async function begin(
  bytes = 200_000,
): Promise<
  Awaited<ReturnType<typeof openTiny>> & { readonly file: string; readonly content: Buffer }
> {
  const opened = await openTiny()
  opened.tiny.token = makeToken()
  const file = join(opened.folder, 'pdf.zip')
  const content = randomBytes(bytes)
  await writeFile(file, content)
  return { ...opened, file, content }
}

describe('publish()', () => {
  it('sends the bytes with their length and digest, and waits until they are live', async () => {
    const { tiny, marketplace, file, content } = await begin()
    tiny.states = ['received', 'validated', 'scanned', 'live']
    const seen: PublishProgress[] = []
    const status = await marketplace.publish(file, {
      ...target,
      onProgress: (progress) => seen.push(progress),
    })
    expect(status).toEqual({
      id: 'p1',
      state: 'live',
      plugin: 'acme/pdf',
      version: '1.0.0',
      sha256: sha256(content),
      bytes: content.length,
      reasons: [],
      warnings: [],
      receivedAt: '2026-01-31T12:00:00.000Z',
    })
    const sent = tiny.asked.find(({ path }) => path === '/v1/plugins/acme/packages')
    expect(sent?.body.equals(content)).toBe(true)
    expect(sent?.headers).toMatchObject({
      'content-length': String(content.length),
      'content-type': 'application/octet-stream',
      'repr-digest': reprDigest(sha256(content)),
    })
    expect(seen[0]).toEqual({ bytes: 65_536, total: 200_000 })
    expect(seen.filter(({ state }) => state !== undefined)).toEqual(
      ['received', 'validated', 'scanned', 'live'].map((state) => ({
        bytes: 200_000,
        total: 200_000,
        state,
      })),
    )
  })

  it('does not wait when told so', async () => {
    const { tiny, marketplace, file } = await begin()
    tiny.states = ['received']
    expect(await marketplace.publish(file, { ...target, wait: false })).toMatchObject({
      state: 'received',
    })
    expect(tiny.paths).toEqual(['GET /.well-known/mb.json', 'POST /v1/plugins/acme/packages'])
  })

  it('tells why a package was rejected', async () => {
    const { tiny, marketplace, file } = await begin()
    tiny.states = ['received', 'rejected']
    tiny.reasons = [
      { code: 'MB4101', message: 'It asks\u001b[2J the network', severity: 'high', file: 'a.mjs' },
    ]
    await expect(marketplace.publish(file, target)).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_REJECTED',
      outcome: 'refused',
      message:
        'Cannot publish acme/pdf@1.0.0: marketplace "tiny" rejected it (It asks [2J the network)',
      details: { id: 'p1', reasons: tiny.reasons, warnings: [] },
    })
  })

  it.each([
    ['version-exists', 'MB_MARKETPLACE_VERSION_EXISTS', 'refused'],
    ['version-conflict', 'MB_MARKETPLACE_REJECTED', 'refused'],
    ['key-not-enrolled', 'MB_MARKETPLACE_FORBIDDEN', 'refused'],
    ['digest-mismatch', 'MB_MARKETPLACE_REJECTED', 'refused'],
    ['unsupported-media', 'MB_MARKETPLACE_PROBLEM', 'failure'],
  ] as const)('tells %s from the rest', async (code, expected, outcome) => {
    const { tiny, marketplace, file } = await begin()
    tiny.answer = ({ method }, response) => {
      if (method !== 'POST') return false
      failure(response, code)
      return true
    }
    await expect(marketplace.publish(file, target)).rejects.toMatchObject({
      code: expected,
      outcome,
      details: { problem: code },
    })
  })

  it('sends the same bytes again when the connection broke', async () => {
    const { tiny, marketplace, file, content } = await begin()
    let isFirst = true
    tiny.answer = ({ method, socket }) => {
      if (method !== 'POST' || !isFirst) return false
      isFirst = false
      socket.destroy()
      return true
    }
    expect(await marketplace.publish(file, target)).toMatchObject({ state: 'live' })
    const sent = tiny.asked.filter(({ method }) => method === 'POST')
    expect(sent.map(({ body }) => body.equals(content))).toEqual([true, true])
  })

  it('believes no status of other bytes', async () => {
    const { tiny, marketplace, file } = await begin()
    tiny.answer = ({ method }, response) => {
      if (method !== 'POST') return false
      response.writeHead(200, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          id: 'p9',
          state: 'live',
          sha256: 'ab'.repeat(32),
          bytes: 5,
          reasons: [],
          warnings: [],
          receivedAt: '2026-01-31T12:00:00.000Z',
        }),
      )
      return true
    }
    await expect(marketplace.publish(file, target)).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_ANSWER',
      message: expect.stringContaining('about another package'),
    })
  })

  it('sends nothing of what the marketplace does not take', async () => {
    const { tiny, marketplace, file } = await begin()
    tiny.maxPackageBytes = 1000
    await expect(marketplace.publish(file, target)).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_REJECTED',
      message: 'Cannot send the package: it has 200000 bytes, and marketplace "tiny" takes 1000',
      details: { problem: 'too-large' },
    })
    expect(tiny.paths).toEqual(['GET /.well-known/mb.json'])
  })

  it('ends with what the marketplace says before it has all', async () => {
    const { tiny, marketplace, folder } = await begin(1)
    const file = join(folder, 'large.zip')
    await writeFile(file, '')
    await truncate(file, 900_000)
    tiny.answer = ({ method }, response) => {
      if (method !== 'POST') return false
      failure(response, 'forbidden')
      return true
    }
    await expect(marketplace.publish(file, target)).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_FORBIDDEN',
    })
  })

  it('refuses what is no package file, and asks nothing', async () => {
    const { tiny, marketplace, folder } = await begin()
    const empty = join(folder, 'empty.zip')
    await writeFile(empty, '')
    await mkdir(join(folder, 'folder'))
    for (const [path, code] of [
      [empty, 'MB_ARCHIVE_FORM'],
      [join(folder, 'folder'), 'MB_ARCHIVE_FORM'],
      [join(folder, 'absent.zip'), 'MB_ARCHIVE_MISSING'],
    ] as const)
      await expect(marketplace.publish(path, target)).rejects.toMatchObject({ code })
    await expect(
      marketplace.publish(empty, { ...target, namespace: '../x' }),
    ).rejects.toMatchObject({ code: 'MB_NAME_INVALID' })
    expect(tiny.asked).toEqual([])
  })

  it('leaves nothing open', async ({ skip }) => {
    skip(process.platform !== 'linux', 'only Linux lists what is open')
    const { tiny, marketplace, file } = await begin()
    const before = (await readdir('/proc/self/fd')).length
    tiny.answer = ({ method, socket }) => {
      if (method === 'POST') socket.destroy()
      return method === 'POST'
    }
    await expect(marketplace.publish(file, target)).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_UNREACHABLE',
    })
    // A connection that is kept for the next question, at both of its ends.
    await expect
      .poll(async () => (await readdir('/proc/self/fd')).length)
      .toBeLessThanOrEqual(before + 3)
  })
})

describe('validate()', () => {
  it('tells what would become of it', async () => {
    const { tiny, marketplace, file, content } = await begin()
    expect(await marketplace.validate(file, { repository: 'tiny', namespace: 'acme' })).toEqual({
      ok: true,
      plugin: 'acme/pdf',
      version: '1.0.0',
      reasons: [],
      warnings: [],
    })
    expect(tiny.asked.at(-1)?.body.equals(content)).toBe(true)
  })
})
