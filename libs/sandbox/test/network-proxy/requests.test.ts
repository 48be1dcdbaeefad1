import { Agent, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { dial, openProxy, readUntil, say, serveHttp, serveTcp, summary } from './open-proxy.ts'

interface Answered {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

interface Asking {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Buffer
  readonly agent?: Agent
}

/** Asks a proxy for an address, as clients do. */
async function ask(port: number, url: string, options: Asking = {}): Promise<Answered> {
  const { method = 'GET', headers = {}, body, agent } = options
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const asking = request({
    host: '127.0.0.1',
    port,
    path: url,
    method,
    headers: { host: new URL(url).host, ...headers },
    ...(agent === undefined ? {} : { agent }),
  })
  asking.once('response', resolve)
  asking.once('error', reject)
  asking.end(body)
  const answer = await promise
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer) }
}

const asked = (url: string): string => `GET ${url} HTTP/1.1\r\nHost: ${new URL(url).host}\r\n\r\n`

const echo = async (incoming: IncomingMessage): Promise<string> =>
  JSON.stringify({
    method: incoming.method,
    url: incoming.url,
    headers: incoming.headers,
    body: await text(incoming),
  })

describe('a request of plain HTTP', () => {
  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])(
    'is sent on as it is: %s',
    async (method) => {
      await using origin = await serveHttp((incoming, outgoing) => {
        void echo(incoming).then((body) => outgoing.end(body))
      })
      await using open = await openProxy({ grants: [{ host: 'localhost' }] })
      const host = `localhost:${origin.port}`
      const body = method === 'GET' ? {} : { body: 'some text' }
      const { body: answer } = await ask(open.port, `http://${host}/a/../b?q=%2f`, {
        method,
        headers: { 'x-a': 'b', ...(method === 'GET' ? {} : { 'content-length': '9' }) },
        ...body,
      })
      expect(JSON.parse(answer)).toEqual({
        method,
        url: '/a/../b?q=%2f',
        headers: {
          host,
          'x-a': 'b',
          connection: 'close',
          ...(method === 'GET' ? {} : { 'content-length': '9' }),
        },
        body: body.body ?? '',
      })
    },
  )

  it('has a body as long as it likes, either way', async () => {
    const size = 5_000_000
    await using origin = await serveHttp((incoming, outgoing) => incoming.pipe(outgoing))
    await using open = await openProxy({ grants: [{ host: 'localhost' }] })
    const body = Buffer.alloc(size, 'x')
    const answer = await ask(open.port, `http://localhost:${origin.port}/`, { method: 'PUT', body })
    expect(answer.body.length).toBe(size)
    await expect
      .poll(() => open.decisions.map(({ bytesUp, bytesDown }) => [bytesUp, bytesDown]))
      .toEqual([
        [undefined, undefined],
        [size, size],
      ])
  })

  it('loses the fields that are for a proxy, or for the next one alone', async () => {
    await using origin = await serveHttp((incoming, outgoing) => {
      outgoing.setHeader('Proxy-Authenticate', 'Basic')
      outgoing.setHeader('Connection', 'close, X-Back')
      outgoing.setHeader('X-Back', '1')
      outgoing.setHeader('Set-Cookie', ['a=1', 'b=2'])
      void echo(incoming).then((body) => outgoing.end(body))
    })
    await using open = await openProxy({ grants: [{ host: 'localhost' }] })
    const url = `http://localhost:${origin.port}/`
    const { headers, body } = await ask(open.port, url, {
      headers: {
        connection: 'close, X-Hop, Content-Length, Upgrade, HTTP2-Settings',
        'x-hop': '1',
        upgrade: 'h2c',
        'http2-settings': 'AAAA',
        'keep-alive': 'timeout=5',
        'proxy-authorization': 'Basic c2VjcmV0',
        'proxy-connection': 'keep-alive',
        te: 'trailers',
        cookie: 'c=3',
      },
    })
    expect(JSON.parse(body).headers).toEqual({
      host: `localhost:${origin.port}`,
      cookie: 'c=3',
      connection: 'close',
    })
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2'])
    expect([headers['x-back'], headers['proxy-authenticate']]).toEqual([undefined, undefined])
  })

  it('keeps the connection of the program, each request decided anew', async () => {
    await using origin = await serveHttp((incoming, outgoing) => outgoing.end(incoming.url))
    const grants = [{ host: 'localhost', ports: [origin.port] }]
    await using open = await openProxy({ grants })
    const socket = await dial(open.port)
    socket.write(asked(`http://localhost:${origin.port}/one`))
    expect(await readUntil(socket, '/one')).toContain('200 OK')
    socket.write(asked(`http://localhost:${origin.port}/two`))
    expect(await readUntil(socket, '/two')).toContain('200 OK')
    socket.write(asked('http://10.0.0.1/latest'))
    expect(await readUntil(socket, 'permission')).toContain('403 Forbidden')
    expect(origin.connections).toBe(2)
    socket.destroy()
  })

  it('leaves nothing of a request on a connection that goes on', async () => {
    await using origin = await serveHttp((incoming, outgoing) => outgoing.end(incoming.url))
    await using open = await openProxy({ grants: [{ host: 'localhost' }] })
    // As Node warns its host, on the standard error of the person.
    const warnings: string[] = []
    const warn = ({ message }: Error): void => void warnings.push(message)
    process.on('warning', warn)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    for (let count = 1; count <= 20; count += 1)
      expect(await ask(open.port, `http://localhost:${origin.port}/`, { agent })).toMatchObject({
        status: 200,
      })
    expect(Object.values(agent.freeSockets).flat()).toHaveLength(1)
    process.off('warning', warn)
    agent.destroy()
    expect(warnings).toEqual([])
  })

  it('answers what was sent ahead, in turn', async () => {
    await using origin = await serveHttp((incoming, outgoing) => {
      setTimeout(() => outgoing.end(`<${incoming.url}>`), incoming.url === '/0' ? 50 : 0)
    })
    await using open = await openProxy({ grants: [{ host: 'localhost' }] })
    const host = `localhost:${origin.port}`
    const ahead = [0, 1, 2].map(
      (each) => `GET http://${host}/${each} HTTP/1.1\r\nHost: ${host}\r\n`,
    )
    const answer = await say(open.port, `${ahead.join('\r\n')}Connection: close\r\n\r\n`)
    expect(answer.match(/<[^>]*>/g)).toEqual(['</0>', '</1>', '</2>'])
  })

  it('asks for no tunnel before it is answered', async () => {
    await using origin = await serveHttp((_incoming, outgoing) => outgoing.end('here'))
    await using open = await openProxy({ grants: [{ host: 'localhost' }] })
    const host = `localhost:${origin.port}`
    const answer = await say(
      open.port,
      `${asked(`http://${host}/`)}CONNECT ${host} HTTP/1.1\r\n\r\n`,
    )
    expect(answer).toBe('')
    await expect
      .poll(() => open.decisions.map(summary).toSorted())
      .toEqual([`decided CONNECT ${host} refused malformed`])
  })

  it('waits for leave to send, where the program asks for it', async () => {
    await using origin = await serveHttp((incoming, outgoing) => {
      void text(incoming).then((body) => outgoing.end(body))
    })
    await using open = await openProxy({ grants: [{ host: 'localhost' }] })
    const socket = await dial(open.port)
    const host = `localhost:${origin.port}`
    socket.write(
      `POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n`,
    )
    expect(await readUntil(socket, '\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    socket.write('hello')
    expect(await readUntil(socket, 'hello')).toContain('200 OK')
    socket.destroy()
  })

  it('hears once that it has leave to send, and nothing of a host that says no more than that', async () => {
    await using origin = await serveTcp((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 100 Continue\r\n\r\n'.repeat(1000)))
    })
    await using open = await openProxy({ grants: [{ host: 'localhost' }] })
    const answer = await say(open.port, asked(`http://localhost:${origin.port}/`))
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 100', 'HTTP/1.1 502'])
    expect(open.decisions.map(summary)).toEqual([
      `decided GET localhost:${origin.port} allowed`,
      `ended GET localhost:${origin.port} allowed broken`,
    ])
  })

  it('is told that a host refuses, without leave to send', async () => {
    await using origin = await serveTcp((socket) => {
      socket.end('HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n')
    })
    await using open = await openProxy({ grants: [{ host: 'localhost' }] })
    const host = `localhost:${origin.port}`
    const answer = await say(
      open.port,
      `POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1.1 417 Expectation Failed\r\n/)
  })

  it.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
  ])('has an answer without a body: %s %d', async (method, status) => {
    await using origin = await serveHttp((_incoming, outgoing) => {
      if (method === 'HEAD') outgoing.setHeader('Content-Length', '5')
      outgoing.writeHead(status).end()
    })
    await using open = await openProxy({ grants: [{ host: 'localhost' }] })
    const answer = await ask(open.port, `http://localhost:${origin.port}/`, { method })
    expect([answer.status, answer.body]).toEqual([status, ''])
  })

  it('is carried by HTTP 1.0, too', async () => {
    await using origin = await serveHttp((_incoming, outgoing) => outgoing.end('here'))
    await using open = await openProxy({ grants: [{ host: 'localhost' }] })
    const answer = await say(open.port, `GET http://localhost:${origin.port}/ HTTP/1.0\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*\r\n\r\nhere$/)
  })

  it('that is led elsewhere is decided there again', async () => {
    await using inside = await serveHttp((_incoming, outgoing) => outgoing.end('secret'))
    await using origin = await serveHttp((_incoming, outgoing) => {
      outgoing.writeHead(302, { location: `http://127.0.0.1:${inside.port}/` }).end()
    })
    await using open = await openProxy({ grants: [{ host: 'localhost', ports: [origin.port] }] })
    const { status, headers } = await ask(open.port, `http://localhost:${origin.port}/`)
    expect(status).toBe(302)
    const led = await ask(open.port, headers.location ?? '')
    expect([led.status, led.headers['x-mb-denied'], inside.connections]).toEqual([
      403,
      'not-granted',
      0,
    ])
  })

  it('tells that nobody is there', async () => {
    await using open = await openProxy({ grants: [{ host: 'localhost' }] })
    await using origin = await serveTcp((socket) => socket.destroy())
    const { port } = origin
    const broken = await ask(open.port, `http://localhost:${port}/`)
    expect([broken.status, broken.body]).toEqual([
      502,
      `Cannot connect to localhost:${port}: its answer is no HTTP\n`,
    ])
    expect(open.decisions.map(summary)).toEqual([
      `decided GET localhost:${port} allowed`,
      `ended GET localhost:${port} allowed broken`,
    ])
    const gone = await ask(open.port, 'http://localhost:1/')
    expect([gone.status, gone.body]).toEqual([
      502,
      'Cannot connect to localhost:1: it cannot be reached\n',
    ])
  })

  it('is broken off where its answer is', async () => {
    await using origin = await serveTcp((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive.')
      setTimeout(() => socket.destroy(), 20)
    })
    await using open = await openProxy({ grants: [{ host: 'localhost' }] })
    await expect(ask(open.port, `http://localhost:${origin.port}/`)).rejects.toThrow('aborted')
  })

  it('reads why it is refused, though it has much to say', async () => {
    await using open = await openProxy({ grants: [] })
    const answer = await ask(open.port, 'http://a.b/', {
      method: 'PUT',
      body: Buffer.alloc(500_000),
    })
    expect([answer.status, answer.headers['x-mb-denied']]).toEqual([403, 'not-granted'])
  })
})
