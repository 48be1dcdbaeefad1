import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { spawnSync } from 'node:child_process'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openTiny } from '../fixtures/open-tiny.ts'
import {
  failure,
  makeVersion,
  sendArchive,
  type Answer,
  type Served,
} from '../fixtures/tiny-marketplace.ts'
import type { FoundVersion } from '../marketplace.ts'

const size = 300_000

async function begin(options: Parameters<typeof openTiny>[0] = {}): Promise<
  Awaited<ReturnType<typeof openTiny>> & {
    readonly served: Served
    readonly found: FoundVersion
    readonly partial: string
  }
> {
  const opened = await openTiny(options)
  const served = makeVersion('acme/pdf', '1.0.0', undefined, { bytes: size })
  opened.tiny.serve(served)
  const found = await opened.marketplace.find('acme/pdf')
  opened.tiny.asked.length = 0
  return { ...opened, served, found, partial: join(opened.folder, 'cache', 'partial') }
}

/** Replaces the answer to a download alone. */
function onDownload(answer: Answer): Answer {
  return (request, response, asked) =>
    asked.path.includes('/download?') && answer(request, response, asked)
}

const type = { 'content-type': 'application/octet-stream' }

describe('download()', () => {
  it('goes on where the connection broke, by one range', async () => {
    const { tiny, marketplace, folder, served, found } = await begin()
    const cuts: (() => void)[] = []
    tiny.answer = onDownload((_, response, asked) => {
      if (cuts.length === 2) return false
      cuts.push(sendPart(response, served, asked.headers.range))
      return true
    })
    const file = await marketplace.download(found, folder, {
      onProgress: ({ bytes }) => {
        if (bytes === cuts.length * 100_000) cuts.at(-1)?.()
      },
    })
    expect((await readFile(file)).equals(served.archive)).toBe(true)
    expect(tiny.asked.map(({ headers }) => [headers.range, headers['if-range']])).toEqual([
      [undefined, undefined],
      ['bytes=100000-', `"sha256-${found.archive.sha256}"`],
      ['bytes=200000-', `"sha256-${found.archive.sha256}"`],
    ])
  })

  it('begins anew when the marketplace sends everything again', async () => {
    const { tiny, marketplace, folder, served, found } = await begin()
    let cut: (() => void) | undefined
    tiny.answer = onDownload((_, response) => {
      if (cut === undefined) cut = sendPart(response, served)
      else sendArchive(response, { headers: {} }, served)
      return true
    })
    const file = await marketplace.download(found, folder, {
      onProgress: ({ bytes }) => {
        if (bytes === 100_000) cut?.()
      },
    })
    expect((await readFile(file)).equals(served.archive)).toBe(true)
    expect(tiny.asked.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=100000-'])
  })

  it('leaves the part that came to the next try when it is stopped, and nothing else', async () => {
    const { tiny, marketplace, folder, served, found, partial } = await begin()
    const stop = new AbortController()
    tiny.answer = onDownload((_, response) => {
      response.writeHead(200, { ...type, 'content-length': size })
      response.write(served.archive.subarray(0, 100_000))
      return true
    })
    const target = join(folder, 'target')
    await mkdir(target)
    const stopped = marketplace.download(found, target, {
      signal: stop.signal,
      onProgress: ({ bytes }) => {
        if (bytes === 100_000) stop.abort(new Error('Ctrl-C'))
      },
    })
    await expect(stopped).rejects.toThrow('Ctrl-C')
    expect(await readdir(target)).toEqual([])
    expect(await readdir(partial)).toEqual([found.archive.sha256])
    expect((await stat(join(partial, found.archive.sha256))).size).toBe(100_000)

    tiny.answer = () => false
    await marketplace.download(found, target)
    expect(tiny.asked.at(-1)?.headers.range).toBe('bytes=100000-')
    expect(await readdir(partial)).toEqual([])
  })

  it('takes up what a program that was killed had', async () => {
    const { tiny, marketplace, folder, served, found, partial } = await begin()
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    await mkdir(partial, { recursive: true })
    const left = join(partial, `${found.archive.sha256}.${pid}.0123456789ab`)
    await writeFile(left, served.archive.subarray(0, 250_000))
    const file = await marketplace.download(found, folder)
    expect((await readFile(file)).equals(served.archive)).toBe(true)
    expect(tiny.asked[0]?.headers.range).toBe('bytes=250000-')
    expect(await readdir(partial)).toEqual([])
  })

  it('leaves alone what another program is at', async () => {
    const { tiny, marketplace, folder, served, found, partial } = await begin()
    await mkdir(partial, { recursive: true })
    const name = `${found.archive.sha256}.${process.pid}.0123456789ab`
    await writeFile(join(partial, name), 'of another')
    const [one, two] = [join(folder, 'one'), join(folder, 'two')]
    await Promise.all([mkdir(one), mkdir(two)])
    const files = await Promise.all([
      marketplace.download(found, one),
      marketplace.download(found, two),
    ])
    for (const file of files) expect((await readFile(file)).equals(served.archive)).toBe(true)
    expect(tiny.asked.map(({ headers }) => headers.range)).toEqual([undefined, undefined])
    expect(await readdir(partial)).toEqual([name])
  })

  it('throws a wrong part away, and fetches it once more', async () => {
    const { tiny, marketplace, folder, served, found, partial } = await begin()
    await mkdir(partial, { recursive: true })
    await writeFile(join(partial, found.archive.sha256), Buffer.alloc(250_000))
    const file = await marketplace.download(found, folder)
    expect((await readFile(file)).equals(served.archive)).toBe(true)
    expect(tiny.asked.map(({ headers }) => headers.range)).toEqual(['bytes=250000-', undefined])
  })

  it.each([
    ['as long as the package', size],
    ['longer than the package', size + 1],
  ])('throws a wrong part %s away', async (_, bytes) => {
    const { marketplace, folder, served, found, partial } = await begin()
    await mkdir(partial, { recursive: true })
    await writeFile(join(partial, found.archive.sha256), Buffer.alloc(bytes))
    const file = await marketplace.download(found, folder)
    expect((await readFile(file)).equals(served.archive)).toBe(true)
  })

  it('does not ask at all when the part is whole', async () => {
    const { tiny, marketplace, folder, served, found, partial } = await begin()
    await mkdir(partial, { recursive: true })
    await writeFile(join(partial, found.archive.sha256), served.archive)
    await marketplace.download(found, folder)
    expect(tiny.asked).toEqual([])
  })

  it('begins anew when the marketplace knows of no such range', async () => {
    const { tiny, marketplace, folder, served, found, partial } = await begin()
    await mkdir(partial, { recursive: true })
    await writeFile(join(partial, found.archive.sha256), served.archive.subarray(0, 1000))
    tiny.answer = onDownload((_, response, { headers }) => {
      if (headers.range === undefined) return false
      failure(response, 'range-not-satisfiable')
      return true
    })
    const file = await marketplace.download(found, folder)
    expect((await readFile(file)).equals(served.archive)).toBe(true)
  })

  it.each<readonly [string, (served: Served) => Answer, string, string]>([
    [
      'one byte of it is another',
      ({ archive }) => {
        const changed = Buffer.from(archive)
        changed[200_000] = ((changed[200_000] ?? 0) + 1) % 256
        return send(changed)
      },
      'MB_MARKETPLACE_DIGEST_MISMATCH',
      'refused',
    ],
    [
      'it is larger than announced',
      () => (_, response) => {
        // Nothing more comes: it is refused for what it says.
        response.writeHead(200, { ...type, 'content-length': size + 1 }).flushHeaders()
        return true
      },
      'MB_MARKETPLACE_TOO_LARGE',
      'network',
    ],
    [
      'it is larger than announced, and does not say so',
      ({ archive }) =>
        (_, response) => {
          response.writeHead(200, type)
          response.write(archive)
          response.end('more')
          return true
        },
      'MB_MARKETPLACE_TOO_LARGE',
      'network',
    ],
    [
      'it is smaller than announced',
      ({ archive }) => send(archive.subarray(0, 1000)),
      'MB_MARKETPLACE_TRUNCATED',
      'network',
    ],
    [
      'its length is a lie',
      ({ archive }) =>
        ({ socket }) => {
          socket.end(
            Buffer.concat([
              Buffer.from(
                `HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\ncontent-length: ${size}\r\n\r\n`,
              ),
              archive.subarray(0, 1000),
            ]),
          )
          return true
        },
      'MB_MARKETPLACE_TRUNCATED',
      'network',
    ],
    [
      'it is a web page',
      ({ archive }) =>
        (_, response) => {
          response.writeHead(200, { 'content-type': 'text/html' }).end(archive)
          return true
        },
      'MB_MARKETPLACE_ANSWER',
      'network',
    ],
    [
      'it is packed once more',
      ({ archive }) =>
        (_, response) => {
          response.writeHead(200, { ...type, 'content-encoding': 'gzip' }).end(archive)
          return true
        },
      'MB_MARKETPLACE_ANSWER',
      'network',
    ],
    [
      'a part comes that nobody asked for',
      ({ archive }) =>
        (_, response) => {
          response
            .writeHead(206, { ...type, 'content-range': `bytes 5-${size - 1}/${size}` })
            .end(archive.subarray(5))
          return true
        },
      'MB_MARKETPLACE_ANSWER',
      'network',
    ],
    [
      'another host is to be asked',
      () => (_, response) => {
        response.writeHead(302, { location: 'http://127.0.0.1:9/x' }).end()
        return true
      },
      'MB_MARKETPLACE_REDIRECT',
      'network',
    ],
  ])('leaves nothing in the folder when %s', async (_, answer, code, outcome) => {
    const { tiny, marketplace, folder, served, found } = await begin()
    tiny.answer = onDownload(answer(served))
    const target = join(folder, 'target')
    await mkdir(target)
    await expect(marketplace.download(found, target)).rejects.toMatchObject({ code, outcome })
    expect(await readdir(target)).toEqual([])
    tiny.answer = () => false
    expect((await readFile(await marketplace.download(found, target))).equals(served.archive)).toBe(
      true,
    )
  })

  it('refuses another part than it asked for', async () => {
    const { tiny, marketplace, folder, served, found, partial } = await begin()
    await mkdir(partial, { recursive: true })
    await writeFile(join(partial, found.archive.sha256), served.archive.subarray(0, 1000))
    tiny.answer = onDownload((_, response) => {
      response
        .writeHead(206, { ...type, 'content-range': `bytes 0-${size - 1001}/${size}` })
        .end(served.archive.subarray(0, size - 1000))
      return true
    })
    await expect(marketplace.download(found, folder)).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_ANSWER',
      message: expect.stringContaining('it is another part of the package than was asked for'),
    })
    expect(tiny.asked.length).toBe(1)
  })

  it('refuses what is announced with more than an archive may have, and asks nothing', async () => {
    const { tiny, marketplace, folder, found } = await begin()
    const huge = { ...found, archive: { ...found.archive, bytes: 1e12 } }
    await expect(marketplace.download(huge, folder)).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_TOO_LARGE',
    })
    expect(tiny.asked).toEqual([])
  })

  it('does not follow a link that lies where its part would be', async () => {
    const { marketplace, folder, served, found, partial } = await begin()
    const precious = join(folder, 'precious')
    await writeFile(precious, 'precious')
    await mkdir(partial, { recursive: true })
    await symlink(precious, join(partial, found.archive.sha256))
    const file = await marketplace.download(found, folder)
    expect((await readFile(file)).equals(served.archive)).toBe(true)
    expect(await readFile(precious, 'utf8')).toBe('precious')
  })

  it('keeps what came when there is no folder to put it into', async () => {
    const { tiny, marketplace, folder, found, partial } = await begin()
    const absent = join(folder, 'absent')
    await expect(marketplace.download(found, absent)).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await readdir(partial)).toEqual([found.archive.sha256])
    await mkdir(absent)
    await marketplace.download(found, absent)
    expect(tiny.asked.length).toBe(1)
  })
})

/** Sends bytes with their length. */
function send(body: Buffer): Answer {
  return (_, response) => {
    response.writeHead(200, { ...type, 'content-length': body.length }).end(body)
    return true
  }
}

/** Sends 100 kB of what is asked for; what is returned closes the connection. */
function sendPart(
  response: ServerResponse,
  { archive, detail }: Served,
  range?: string,
): () => void {
  const from = Number(/\d+/.exec(range ?? '')?.[0] ?? 0)
  response.writeHead(range === undefined ? 200 : 206, {
    ...type,
    'content-length': size - from,
    etag: `"sha256-${detail.archive.sha256}"`,
    ...(range === undefined ? {} : { 'content-range': `bytes ${from}-${size - 1}/${size}` }),
  })
  response.write(archive.subarray(from, from + 100_000))
  return () => response.socket?.end()
}
