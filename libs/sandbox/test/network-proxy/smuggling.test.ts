import { describe, expect, it } from 'vitest'
import { isFull } from '../engine.ts'
import { dial, openProxy, readAll, say, serveTcp } from './open-proxy.ts'

const hidden = 'GET /hidden HTTP/1.1\r\nHost: evil.example\r\n\r\n'

/** What can be read in two ways, by the host that is granted. */
const shapes: Readonly<Record<string, (host: string) => string>> = {
  'a length and chunks': (host) =>
    `POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
  'chunks and a length': (host) =>
    `POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n${hidden}`,
  'two lengths': (host) =>
    `POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
  'the same length twice': (host) =>
    `POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n${hidden}`,
  'a list of lengths': (host) =>
    `POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0, ${hidden.length}\r\n\r\n${hidden}`,
  'a length with a sign': (host) =>
    `POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nContent-Length: +0\r\n\r\n${hidden}`,
  'a folded field': (host) =>
    `POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nX: a\r\n Content-Length: 0\r\n\r\n${hidden}`,
  'lines that end alone': (host) =>
    `POST http://${host}/ HTTP/1.1\nHost: ${host}\nContent-Length: 0\n\n${hidden}`,
  'a field that ends alone': (host) =>
    `POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nX: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
  'a carriage return within': (host) =>
    `POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nX: a\rTransfer-Encoding: chunked\r\n\r\n${hidden}`,
  'a space before a colon': (host) =>
    `POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n${hidden}`,
  'chunks by another name': (host) =>
    `POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${hidden}`,
  'chunks in capitals': (host) =>
    `POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n${hidden}`,
  'chunks within another encoding': (host) =>
    `POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n${hidden}`,
  'chunks twice': (host) =>
    `POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
  'chunks in HTTP 1.0': (host) =>
    `POST http://${host}/ HTTP/1.0\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
  'a host against its address': (host) =>
    `GET http://${host}/ HTTP/1.1\r\nHost: evil.example\r\n\r\n`,
  'another port in the host': (host) => `GET http://${host}/ HTTP/1.1\r\nHost: localhost:1\r\n\r\n`,
  'two hosts': (host) =>
    `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nHost: evil.example\r\n\r\n`,
  'no host': (host) => `GET http://${host}/ HTTP/1.1\r\n\r\n`,
  'a user in the host': (host) => `GET http://${host}/ HTTP/1.1\r\nHost: x@${host}\r\n\r\n`,
  'a path alone': (host) => `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
  'a space in the path': (host) => `GET http://${host}/a b HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
  'another version': (host) => `GET http://${host}/ HTTP/2.0\r\nHost: ${host}\r\n\r\n`,
  'no version': (host) => `GET http://${host}/\r\n\r\n`,
  'a preface of HTTP/2': () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'a zero byte': (host) => `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nX: a\0b\r\n\r\n`,
  'a head without end': (host) =>
    `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\n${'X: 0123456789\r\n'.repeat(5000)}\r\n`,
  'a hello of TLS': () => '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
}

describe('what can be read in two ways', () => {
  it.each(Object.entries(shapes))('is refused: %s', async (_name, shape) => {
    const heard: string[] = []
    await using origin = await serveTcp((socket) => {
      socket.on('data', (chunk: Buffer) => heard.push(chunk.toString('latin1')))
    })
    await using open = await openProxy({ grants: [{ host: 'localhost', ports: [origin.port] }] })
    const answer = await say(open.port, shape(`localhost:${origin.port}`))
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1)
    expect(heard).toEqual([])
    expect(open.decisions.map(({ allowed, reason }) => [allowed, reason])).toEqual([
      [false, 'malformed'],
    ])
  })

  it('is refused within a body, and ends what it was part of', async () => {
    const heard: string[] = []
    await using origin = await serveTcp((socket) => {
      socket.on('data', (chunk: Buffer) => heard.push(chunk.toString('latin1')))
    })
    await using open = await openProxy({ grants: [{ host: 'localhost' }] })
    const host = `localhost:${origin.port}`
    const socket = await dial(open.port)
    socket.write(
      `POST http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n${hidden}`,
    )
    expect((await readAll(socket)).match(/HTTP\/1\.1 (?!400)/g)).toBeNull()
    expect(heard.join('')).not.toContain('hidden')
    await expect.poll(() => open.decisions.at(-1)?.kind).toBe('ended')
  })

  it('is one body where a request that needs none brings one', async () => {
    const heard: string[] = []
    await using origin = await serveTcp((socket) => {
      socket.on('data', (chunk: Buffer) => {
        heard.push(chunk.toString('latin1'))
        if (heard.join('').endsWith('0\r\n\r\n'))
          socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
      })
    })
    await using open = await openProxy({ grants: [{ host: 'localhost' }] })
    const host = `localhost:${origin.port}`
    const body = `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`
    await say(
      open.port,
      `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nConnection: close, Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n\r\n${body}`,
    )
    expect(heard.join('')).toBe(
      `GET / HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${body}`,
    )
  })

  it.each([
    [
      'two answers',
      'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nX-Evil: 1\r\n\r\n',
    ],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\nhello'],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX-Evil',
    ],
    ['a head without end', `HTTP/1.1 200 OK\r\n${'X-Evil: 0123456789\r\n'.repeat(5000)}\r\n`],
    ['no HTTP', 'X-Evil'],
    [
      'another protocol',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nX-Evil',
    ],
  ])('is not given back: %s', async (_name, bytes) => {
    await using origin = await serveTcp((socket) => socket.end(bytes))
    await using open = await openProxy({ grants: [{ host: 'localhost' }] })
    const host = `localhost:${origin.port}`
    const answer = await say(
      open.port,
      `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    )
    expect(answer).not.toContain('X-Evil')
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1)
  })

  const codes = Array.from({ length: 256 }, (_, code) => code)
  const bytes = codes
    .filter((code) => isFull || code < 48 || (code > 125 && code < 130) || code === 255)
    .map((code) => String.fromCodePoint(code))

  it.each([
    ['its words', (byte: string) => `HTTP/1.1 200 O${byte}K\r\nContent-Length: 0\r\n\r\n`],
    ['its status', (byte: string) => `HTTP/1.1 2${byte}0 OK\r\nContent-Length: 0\r\n\r\n`],
    ['a name', (byte: string) => `HTTP/1.1 200 OK\r\nX${byte}Y: z\r\nContent-Length: 0\r\n\r\n`],
    ['a value', (byte: string) => `HTTP/1.1 200 OK\r\nX: y${byte}z\r\nContent-Length: 0\r\n\r\n`],
  ])(
    'is no harm to the host program as an answer, whatever byte is in %s',
    async (_name, shape) => {
      let head = ''
      await using origin = await serveTcp((socket) => {
        socket.resume()
        socket.end(head, 'latin1')
      })
      await using open = await openProxy({ grants: [{ host: 'localhost' }] })
      const host = `localhost:${origin.port}`
      const ask = `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`
      for (const byte of bytes) {
        head = shape(byte)
        expect(await say(open.port, ask)).toMatch(/^HTTP\/1\.1 (?:2\d0|502) [^]*\r\n\r\n/)
      }
    },
  )

  it.each([
    [
      'a path',
      (byte: string) => `GET http://localhost:1/${byte} HTTP/1.1\r\nHost: localhost:1\r\n`,
    ],
    [
      'a host',
      (byte: string) => `GET http://local${byte}host:1/ HTTP/1.1\r\nHost: localhost:1\r\n`,
    ],
    [
      'a method',
      (byte: string) => `G${byte}T http://localhost:1/ HTTP/1.1\r\nHost: localhost:1\r\n`,
    ],
    [
      'a name',
      (byte: string) => `GET http://localhost:1/ HTTP/1.1\r\nHost: localhost:1\r\nX${byte}: y\r\n`,
    ],
    [
      'a value',
      (byte: string) => `GET http://localhost:1/ HTTP/1.1\r\nHost: localhost:1\r\nX: ${byte}\r\n`,
    ],
    ['a tunnel', (byte: string) => `CONNECT local${byte}host:1 HTTP/1.1\r\n`],
  ])(
    'is no harm to the host program as a request, whatever byte is in %s',
    async (_name, shape) => {
      const limits = { headMs: 200 }
      await using open = await openProxy({ grants: [{ host: 'localhost' }], limits })
      for (const byte of bytes) {
        const answer = await say(open.port, `${shape(byte)}Connection: close\r\n\r\n`)
        expect(answer).toMatch(/^(?:HTTP\/1\.1 (?:400|403|502) [^]*\r\n\r\n|$)/)
      }
    },
  )
})
