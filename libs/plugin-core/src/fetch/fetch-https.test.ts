import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { fetchText, type Fetching } from '../fixtures/fetching.ts'
import { openInternet, publicAddress, type Answer, type Internet } from '../fixtures/internet.ts'
import { temporaryFolder } from '../fixtures/plugin-folder.ts'
import type { FetchedSource } from './fetch-source.ts'
import type { NetworkWay } from './network-way.ts'

const bytes = randomBytes(300_000)
const digest = createHash('sha256').update(bytes).digest('hex')
const send: Answer = (_request, response) => response.end(bytes)
const redirect =
  (location: string, status = 302): Answer =>
  (_request, response) =>
    response.writeHead(status, { location }).end('moved')

async function fetching(
  internet: Internet | undefined,
  text: string,
  folder: string,
  options: Fetching = {},
): Promise<FetchedSource> {
  const way = { ...internet?.way, ...options.way }
  return await fetchText(text, folder, { trusted: ['a.example'], ...options, way })
}

describe('fetchSource() of an address', () => {
  it('brings its bytes, tells how far it is, and sends nothing of the person', async () => {
    await using folder = await temporaryFolder()
    await using internet = await openInternet({
      'a.example': (_request, response) => {
        response.writeHead(200, { 'content-length': bytes.length, 'set-cookie': 'a=1' }).end(bytes)
      },
    })
    const told: number[] = []
    const fetched = await fetching(internet, 'https://a.example/x.zip?token=abcdef', folder.path, {
      onProgress: (progress) => told.push(progress.bytes / progress.total),
    })
    expect(await readFile(fetched.path)).toEqual(bytes)
    expect(fetched.source).toBe(`https://a.example/x.zip?…#sha256=${digest}`)
    expect(told.at(-1)).toBe(1)
    expect(internet.asked).toEqual(['a.example GET /x.zip?token=abcdef'])
    expect(internet.headers).toEqual([
      {
        host: 'a.example',
        accept: '*/*',
        'accept-encoding': 'identity',
        'user-agent': 'milkbottle',
        connection: 'close',
      },
    ])
  })

  it('asks nobody, not even for the name, before the source is trusted', async () => {
    await using folder = await temporaryFolder()
    await using internet = await openInternet({ 'b.example': send })
    const resolved: string[] = []
    await expect(
      fetching(internet, 'https://b.example/x.zip', folder.path, {
        way: {
          resolve: async (name) => {
            resolved.push(name)
            return [publicAddress]
          },
        },
      }),
    ).rejects.toMatchObject({ code: 'MB_SOURCE_UNTRUSTED', outcome: 'refused' })
    expect([resolved, internet.dialled, await readdir(folder.path)]).toEqual([[], [], []])
    const fetched = await fetching(internet, 'https://b.example/x.zip', folder.path, {
      allowUntrusted: true,
    })
    expect(existsSync(fetched.path)).toBe(true)
  })

  it('follows to trusted hosts, five times at most', async () => {
    await using folder = await temporaryFolder()
    await using internet = await openInternet({
      'a.example': (request, response) => {
        const left = Number(request.url?.slice(1))
        if (left === 0) send(request, response)
        else redirect(left === 1 ? 'https://b.example/0' : `/${left - 1}`)(request, response)
      },
      'b.example': send,
    })
    const trusted = ['a.example', 'b.example']
    const fetched = await fetching(internet, 'https://a.example/5', folder.path, { trusted })
    expect(fetched.source).toBe(`https://a.example/5#sha256=${digest}`)
    await using other = await temporaryFolder()
    await expect(
      fetching(internet, 'https://a.example/6', other.path, { trusted }),
    ).rejects.toMatchObject({
      code: 'MB_SOURCE_FETCH',
      message: 'Cannot install from "https://a.example/1": it leads on more than 5 times',
    })
  })

  it.each([
    ['to a host that nobody trusts', 'https://b.example/x', 'MB_SOURCE_UNTRUSTED'],
    ['to this machine', 'https://127.0.0.1/x', 'MB_SOURCE_ADDRESS'],
    ['to this machine, as a number', 'https://2130706433/x', 'MB_SOURCE_ADDRESS'],
    ['to this machine, in IPv6', 'https://[::1]/x', 'MB_SOURCE_ADDRESS'],
    [
      'to this machine, in IPv6 that holds IPv4',
      'https://[::ffff:127.0.0.1]/x',
      'MB_SOURCE_ADDRESS',
    ],
    ['to the keys of a cloud', 'https://169.254.169.254/latest', 'MB_SOURCE_ADDRESS'],
    ['to a name of this machine', 'https://inside.example/x', 'MB_SOURCE_ADDRESS'],
    ['out of the encryption', 'http://a.example/x', 'MB_SOURCE_ADDRESS'],
    ['to a file', 'file:///etc/passwd', 'MB_SOURCE_ADDRESS'],
    ['with a password', 'https://ada:secret@a.example/x', 'MB_SOURCE_ADDRESS'],
    ['to nothing', 'https://', 'MB_SOURCE_FETCH'],
  ])('refuses to be led %s', async (_, location, code) => {
    await using folder = await temporaryFolder()
    await using internet = await openInternet({
      'a.example': redirect(location),
      'b.example': send,
    })
    internet.names.set('inside.example', ['127.0.0.1'])
    const all = ['a.example', '127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '169.254.169.254']
    const refusal = fetching(internet, 'https://a.example/x', folder.path, {
      trusted: [...all, 'inside.example'],
    })
    await expect(refusal).rejects.toMatchObject({ code })
    await expect(refusal).rejects.not.toThrow(/secret/)
    expect(internet.dialled).toEqual([publicAddress])
  })

  it('connects to the address that it has looked at, and asks no second time', async () => {
    await using folder = await temporaryFolder()
    await using internet = await openInternet({ 'a.example': send })
    let asked = 0
    const rebinding = async (): Promise<readonly string[]> => {
      asked += 1
      return [asked === 1 ? publicAddress : '127.0.0.1']
    }
    await fetching(internet, 'https://a.example/x', folder.path, { way: { resolve: rebinding } })
    expect([asked, internet.dialled]).toEqual([1, [publicAddress]])
    // Whoever looks first and asks again for the connection, is led inside.
    asked = 0
    const [looked, used] = [await rebinding(), await rebinding()]
    expect([looked, used]).toEqual([[publicAddress], ['127.0.0.1']])
  })

  it('uses of several addresses those that are public', async () => {
    await using folder = await temporaryFolder()
    await using internet = await openInternet({ 'a.example': send })
    internet.names.set('a.example', ['10.0.0.1', '::ffff:127.0.0.1', publicAddress])
    await fetching(internet, 'https://a.example/x', folder.path)
    expect(internet.dialled).toEqual([publicAddress])
    internet.names.set('a.example', ['10.0.0.1', '192.168.1.1'])
    await using other = await temporaryFolder()
    await expect(fetching(internet, 'https://a.example/x', other.path)).rejects.toMatchObject({
      code: 'MB_SOURCE_ADDRESS',
      message:
        'Cannot install from "https://a.example/x": it leads to 10.0.0.1, which is in a private network',
    })
  })

  it.each([
    ['says that it is too long', { 'content-length': '2000000' }],
    ['is too long and does not say so', {}],
    ['never ends', { 'transfer-encoding': 'chunked' }],
  ])('stops an answer that %s', async (_, headers) => {
    await using folder = await temporaryFolder()
    let isEnded = false
    await using internet = await openInternet({
      'a.example': (_request, response) => {
        response.writeHead(200, headers)
        const more = (): void => {
          while (!response.destroyed && response.write(bytes));
          if (!response.destroyed) response.once('drain', more)
        }
        response.once('close', () => {
          isEnded = true
        })
        more()
      },
    })
    await expect(
      fetching(internet, 'https://a.example/x', folder.path, { maxBytes: 1_000_000 }),
    ).rejects.toMatchObject({ code: 'MB_SOURCE_TOO_LARGE' })
    await expect.poll(() => isEnded, { timeout: 20_000 }).toBe(true)
  })

  it('takes no part of an answer for the whole', async () => {
    await using folder = await temporaryFolder()
    await using internet = await openInternet({
      'a.example': (_request, response) => {
        response.writeHead(200, { 'content-length': bytes.length + 1000 })
        response.write(bytes, () => response.destroy())
      },
    })
    await expect(fetching(internet, 'https://a.example/x', folder.path)).rejects.toMatchObject({
      code: 'MB_SOURCE_FETCH',
      message: 'Cannot install from "https://a.example/x": it hung up',
    })
  })

  it('takes bytes as they come: what was compressed on the way is not unpacked', async () => {
    await using folder = await temporaryFolder()
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024))
    await using internet = await openInternet({
      'a.example': (_request, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)
      },
    })
    const { path } = await fetching(internet, 'https://a.example/x', folder.path)
    expect(await readFile(path)).toEqual(bomb)
  })

  it('gives up on one that sends a little now and then, and on one that sends nothing', async () => {
    await using folder = await temporaryFolder()
    await using internet = await openInternet({
      'a.example': (request, response) => {
        response.writeHead(200, { 'content-length': 1000 }).write('a')
        if (request.url === '/nothing') return
        const timer = setInterval(() => response.write('a'), 20)
        response.once('close', () => clearInterval(timer))
      },
    })
    await expect(
      fetching(internet, 'https://a.example/drip', folder.path, { way: { wholeMs: 400 } }),
    ).rejects.toMatchObject({
      code: 'MB_SOURCE_FETCH',
      message: 'Cannot install from "https://a.example/drip": it took longer than 0.4 s',
    })
    await using other = await temporaryFolder()
    await expect(
      fetching(internet, 'https://a.example/nothing', other.path, { way: { idleMs: 200 } }),
    ).rejects.toMatchObject({
      code: 'MB_SOURCE_FETCH',
      message: 'Cannot install from "https://a.example/nothing": it has sent nothing for 0.2 s',
    })
  })

  it('gives up on a resolver and a handshake that never answer', async () => {
    await using internet = await openInternet({ 'a.example': send })
    const silent = createServer()
    const held = new Set<Socket>()
    silent.on('connection', (socket: Socket) => {
      held.add(socket)
      socket.pause()
    })
    silent.removeAllListeners('request').listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const at = silent.address()
    const port = at !== null && typeof at === 'object' ? at.port : 0
    const ways: readonly NetworkWay[] = [
      { resolve: () => new Promise(() => {}) },
      { dial: (_addresses, _port, signal) => connect({ host: '127.0.0.1', port, signal }) },
    ]
    for (const way of ways) {
      await using other = await temporaryFolder()
      await expect(
        fetching(internet, 'https://a.example/x', other.path, { way: { ...way, connectMs: 200 } }),
      ).rejects.toMatchObject({ code: 'MB_SOURCE_FETCH' })
    }
    for (const socket of held) socket.destroy()
    silent.close()
  })

  it('stops when it is told to', async () => {
    await using folder = await temporaryFolder()
    const controller = new AbortController()
    await using internet = await openInternet({
      'a.example': (_request, response) => {
        response.writeHead(200).write('a')
        controller.abort(new Error('enough'))
      },
    })
    await expect(
      fetching(internet, 'https://a.example/x', folder.path, { signal: controller.signal }),
    ).rejects.toThrow('enough')
  })

  it('holds the bytes against a digest, in the address or beside it', async () => {
    await using internet = await openInternet({ 'a.example': send })
    const wrong = 'ab'.repeat(32)
    for (const [text, options] of [
      [`https://a.example/x#sha256=${wrong}`, {}],
      ['https://a.example/x', { sha256: wrong }],
      [`https://a.example/x#sha256=${digest}`, { sha256: wrong }],
    ] as const) {
      await using folder = await temporaryFolder()
      await expect(fetching(internet, text, folder.path, options)).rejects.toMatchObject({
        code: 'MB_SOURCE_CHECKSUM',
        outcome: 'refused',
        details: { required: wrong, found: digest },
      })
    }
    await using folder = await temporaryFolder()
    await fetching(internet, `https://a.example/x#sha256=${digest}`, folder.path)
  })

  it.each([
    [404, 'MB_SOURCE_NOT_FOUND', 'not-found'],
    [410, 'MB_SOURCE_NOT_FOUND', 'not-found'],
    [403, 'MB_SOURCE_FETCH', 'network'],
    [500, 'MB_SOURCE_FETCH', 'network'],
    [206, 'MB_SOURCE_FETCH', 'network'],
    [304, 'MB_SOURCE_FETCH', 'network'],
  ])('tells an answer %d as it is', async (status, code, outcome) => {
    await using folder = await temporaryFolder()
    await using internet = await openInternet({
      'a.example': (_request, response) => response.writeHead(status).end(),
    })
    await expect(fetching(internet, 'https://a.example/x', folder.path)).rejects.toMatchObject({
      code,
      outcome,
    })
  })

  it('accepts no certificate for another host', async () => {
    await using folder = await temporaryFolder()
    await using internet = await openInternet({ 'a.example': send })
    internet.names.set('c.example', [publicAddress])
    await expect(
      fetching(internet, 'https://c.example/x', folder.path, { trusted: ['c.example'] }),
    ).rejects.toMatchObject({
      code: 'MB_SOURCE_FETCH',
      message: 'Cannot install from "https://c.example/x": its certificate is for another host',
    })
  })

  it('goes through the proxy of the company, and not through it to this machine', async () => {
    await using folder = await temporaryFolder()
    await using internet = await openInternet({ 'a.example': send })
    await using proxy = await openProxy(internet)
    const login = 'ada:secret'
    const env = { HTTPS_PROXY: `http://${login}@127.0.0.1:${proxy.port}`, NO_PROXY: 'b.example' }
    const { path } = await fetching(internet, 'https://a.example/x', folder.path, {
      way: { env, resolve: resolveNothing },
    })
    expect(await readFile(path)).toEqual(bytes)
    expect(proxy.asked).toEqual([
      `CONNECT a.example:443 Basic ${Buffer.from(login).toString('base64')}`,
    ])
    for (const host of ['127.0.0.1', '[::1]', 'localhost', 'x.localhost', '169.254.169.254']) {
      await using other = await temporaryFolder()
      await expect(
        fetching(internet, `https://${host}/x`, other.path, {
          way: { env, resolve: resolveNothing },
          trusted: [host],
        }),
      ).rejects.toMatchObject({ code: 'MB_SOURCE_ADDRESS' })
    }
    await using other = await temporaryFolder()
    await expect(
      fetching(internet, 'https://b.example/x', other.path, {
        way: { env, resolve: resolveNothing },
        trusted: ['b.example'],
      }),
    ).rejects.toThrow('has no address')
    expect(proxy.asked).toHaveLength(1)
  })
})

describe('fetchSource() of an archive here', () => {
  it('takes a copy of what has the digest, and nothing else', async () => {
    await using folder = await temporaryFolder()
    const file = 'fetch-https.test.ts'
    const here = import.meta.dirname
    const text = await readFile(join(here, file))
    const found = createHash('sha256').update(text).digest('hex')
    const { path, source } = await fetching(undefined, `file://${here}/${file}`, folder.path, {
      sha256: found,
    })
    expect([await readFile(path), source]).toEqual([text, join(here, file)])
    expect(path.startsWith(folder.path)).toBe(true)
    await expect(
      fetching(undefined, `file://${here}/${file}`, folder.path, { sha256: 'ab'.repeat(32) }),
    ).rejects.toMatchObject({ code: 'MB_SOURCE_CHECKSUM' })
    await expect(
      fetching(undefined, `file://${here}`, folder.path, { sha256: found }),
    ).rejects.toThrow('it is a folder, which has no digest')
  })
})

/** As where names are resolved by the proxy alone. */
async function resolveNothing(): Promise<readonly string[]> {
  return []
}

/** The proxy of a company, which resolves names itself. */
async function openProxy(
  internet: Internet,
): Promise<AsyncDisposable & { readonly port: number; readonly asked: readonly string[] }> {
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer()
  server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url} ${request.headers['proxy-authorization']}`)
    const onward = internet.way.dial?.([publicAddress], 443, new AbortController().signal)
    if (onward === undefined) return
    sockets.add(onward)
    for (const each of [onward, socket]) each.on('error', () => {})
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    onward.pipe(socket).pipe(onward)
  })
  server.on('connection', (socket: Socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const at = server.address()
  if (at === null || typeof at === 'string') throw new TypeError('It has no port')
  return {
    port: at.port,
    asked,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
