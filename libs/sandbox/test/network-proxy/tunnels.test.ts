import { once } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import type { NameResolver } from '../../src/network-proxy/name-resolver.ts'
import {
  dial,
  openProxy,
  readAll,
  readUntil,
  say,
  serveTcp,
  summary,
  tunnel,
} from './open-proxy.ts'

const established = 'HTTP/1.1 200 Connection established\r\n\r\n'

describe('a tunnel', () => {
  it('carries what both say, and tells both its decision and its end', async () => {
    await using origin = await serveTcp((socket) => socket.pipe(socket))
    await using open = await openProxy({ grants: [{ host: 'localhost', ports: [origin.port] }] })
    const { socket, head } = await tunnel(open.port, `localhost:${origin.port}`)
    expect(head).toBe(established)
    socket.end('hello')
    expect(await readAll(socket)).toBe('hello')
    await expect
      .poll(() => open.decisions)
      .toEqual([
        {
          at: expect.any(String),
          kind: 'decided',
          id: 1,
          host: 'localhost',
          port: origin.port,
          method: 'CONNECT',
          allowed: true,
          address: '127.0.0.1',
        },
        {
          at: expect.any(String),
          kind: 'ended',
          id: 1,
          host: 'localhost',
          port: origin.port,
          method: 'CONNECT',
          allowed: true,
          reason: 'closed',
          address: '127.0.0.1',
          bytesUp: 5,
          bytesDown: 5,
          durationMs: expect.any(Number),
        },
      ])
    expect(open.proxy.violations).toEqual([])
  })

  it('carries what was said before the answer', async () => {
    await using origin = await serveTcp((socket) => socket.pipe(socket))
    await using open = await openProxy({ grants: [{ host: 'localhost' }] })
    const socket = await dial(open.port)
    socket.end(`CONNECT localhost:${origin.port} HTTP/1.1\r\n\r\nearly`)
    expect(await readAll(socket)).toBe(`${established}early`)
  })

  it('goes on when the program has said all', async () => {
    await using origin = await serveTcp((socket) => {
      void readAll(socket).then((text) => socket.end(`${text.length}`))
    })
    await using open = await openProxy({ grants: [{ host: 'localhost' }] })
    const { socket } = await tunnel(open.port, `localhost:${origin.port}`)
    socket.end(Buffer.alloc(3_000_000))
    expect(await readAll(socket)).toBe('3000000')
  })

  it('goes on when the host has said all', async () => {
    const received = Promise.withResolvers<string>()
    await using origin = await serveTcp((socket) => {
      socket.end('done')
      received.resolve(readAll(socket))
    })
    await using open = await openProxy({ grants: [{ host: 'localhost' }] })
    const { socket } = await tunnel(open.port, `localhost:${origin.port}`)
    expect(await readUntil(socket, 'done')).toBe('done')
    await once(socket.resume(), 'end')
    socket.end('late')
    expect(await received.promise).toBe('late')
  })

  it('gives all that a host has sent before it was gone', async () => {
    await using origin = await serveTcp((socket) => {
      socket.write(Buffer.alloc(4_000_000))
      socket.end()
      socket.resume()
    })
    await using open = await openProxy({ grants: [{ host: 'localhost' }] })
    const { socket } = await tunnel(open.port, `localhost:${origin.port}`)
    socket.end()
    // Whoever reads slowly loses nothing.
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect((await readAll(socket)).length).toBe(4_000_000)
  })

  it('ends with either of both', async () => {
    const gone = Promise.withResolvers<void>()
    await using origin = await serveTcp((socket) => {
      socket.once('end', () => gone.resolve())
      socket.resume()
    })
    await using open = await openProxy({ grants: [{ host: 'localhost' }] })
    const { socket } = await tunnel(open.port, `localhost:${origin.port}`)
    socket.resetAndDestroy()
    await gone.promise
    await expect
      .poll(() => open.decisions.map(summary))
      .toEqual([
        `decided CONNECT localhost:${origin.port} allowed`,
        `ended CONNECT localhost:${origin.port} allowed closed`,
      ])
  })
})

describe('a tunnel that is refused', () => {
  it('says who was refused, and what would allow it', async () => {
    await using open = await openProxy({ grants: [{ host: 'localhost', ports: [1] }] })
    const [head, body] = (await say(open.port, 'CONNECT Example.COM:443 HTTP/1.1\r\n\r\n')).split(
      '\r\n\r\n',
    )
    expect(head?.split('\r\n')).toEqual([
      'HTTP/1.1 403 Forbidden',
      'content-type: text/plain; charset=utf-8',
      'content-length: 103',
      'x-mb-denied: not-granted',
      'connection: close',
    ])
    expect(body).toBe(
      'Cannot connect to example.com:443: it is not granted\nIt would need the permission net: example.com:443\n',
    )
    expect(open.decisions.map(summary)).toEqual([
      'decided CONNECT example.com:443 refused not-granted',
    ])
    expect(open.proxy.violations).toEqual([{ kind: 'network', name: 'example.com:443', count: 1 }])
  })

  it('does not say what it was sent after', async () => {
    await using origin = await serveTcp((socket) => socket.pipe(socket))
    await using open = await openProxy({ grants: [{ host: 'localhost', ports: [origin.port] }] })
    const allowed = `CONNECT localhost:${origin.port} HTTP/1.1\r\n\r\nhello`
    const answer = await say(open.port, `CONNECT a.b:1 HTTP/1.1\r\n\r\n${allowed}`)
    expect(answer).toContain('403')
    expect(answer).not.toContain('200')
    expect(origin.connections).toBe(0)
  })

  it.each([
    'user@localhost:1',
    'localhost',
    'localhost:',
    'localhost:0',
    'http://localhost:1/',
    '/',
    '[fe80::1%25lo]:1',
  ])('is malformed: %s', async (target) => {
    await using open = await openProxy({ grants: [{ host: '*' }, { host: 'localhost' }] })
    const answer = await say(open.port, `CONNECT ${target} HTTP/1.1\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/)
    expect(open.decisions.map(({ reason }) => reason)).toEqual(['malformed'])
    expect(open.proxy.violations).toEqual([{ kind: 'network', name: 'malformed', count: 1 }])
  })

  it('is never asked for by name', async () => {
    const resolve = vi.fn<NameResolver>(async () => ['127.0.0.1'])
    await using open = await openProxy({ grants: [{ host: 'a.b', ports: [1] }], resolve })
    await say(open.port, 'CONNECT secret.example:443 HTTP/1.1\r\n\r\n')
    await say(open.port, 'CONNECT a.b:2 HTTP/1.1\r\n\r\n')
    expect(resolve).not.toHaveBeenCalled()
  })
})

describe('a name', () => {
  it('is resolved once, and connected to as it was looked at', async () => {
    await using origin = await serveTcp((socket) => socket.end('here'))
    const answers = [['127.0.0.1'], ['10.0.0.1']]
    const resolve = vi.fn<NameResolver>(async () => answers.shift() ?? [])
    const grants = [{ host: 'a.b' }, { host: '127.0.0.1' }]
    await using open = await openProxy({ grants, resolve })
    const ask = `CONNECT a.b:${origin.port} HTTP/1.1\r\n\r\n`
    expect(await say(open.port, ask)).toBe(`${established}here`)
    expect(await say(open.port, ask)).toContain('x-mb-denied: address')
    expect(await say(open.port, ask)).toContain('502 Bad Gateway')
    expect(resolve).toHaveBeenCalledTimes(3)
    expect(
      open.decisions.map(({ kind, allowed, reason, detail }) => [kind, allowed, reason, detail]),
    ).toEqual([
      ['decided', true, undefined, undefined],
      ['ended', true, 'closed', undefined],
      ['decided', false, 'address', '10.0.0.1 is private'],
      ['decided', true, undefined, undefined],
      ['ended', true, 'unresolved', undefined],
    ])
  })

  it('that leads inside does not say where', async () => {
    const grants = [{ host: '*' }]
    await using open = await openProxy({ grants, resolve: async () => ['10.1.2.3'] })
    const answer = await say(open.port, 'CONNECT wiki.corp:443 HTTP/1.1\r\n\r\n')
    expect(answer).toContain(
      'Cannot connect to wiki.corp:443: its address is not public\n' +
        'It would need the permission net: wiki.corp:443, and one for its address\n',
    )
    expect(answer).not.toContain('10.1.2.3')
  })

  it.each([
    ['127.0.0.1'],
    ['::1'],
    ['::ffff:127.0.0.1'],
    ['0.0.0.0'],
    ['::'],
    ['169.254.169.254'],
    ['64:ff9b::7f00:1'],
    ['fe80::1%lo'],
  ])('that leads to %s is not connected to', async (address) => {
    await using origin = await serveTcp((socket) => socket.end('here'))
    const grants = [{ host: 'a.b' }, { host: '*' }, { host: '*.b' }]
    await using open = await openProxy({ grants, resolve: async () => [address] })
    const answer = await say(open.port, `CONNECT a.b:${origin.port} HTTP/1.1\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1.1 (?:403|502) /)
    expect(origin.connections).toBe(0)
  })

  it('leads to those of its addresses that may be reached, the next where one does not answer', async () => {
    await using origin = await serveTcp((socket) => socket.end('here'))
    // Nobody listens at 127.0.0.2 but on all addresses.
    const grants = [{ host: 'a.b' }, { host: '127.0.0.1' }, { host: '127.0.0.2' }]
    const addresses = ['10.0.0.1', '127.0.0.2', '::1', '127.0.0.1']
    await using open = await openProxy({ grants, resolve: async () => addresses })
    const answer = await say(open.port, `CONNECT a.b:${origin.port} HTTP/1.1\r\n\r\n`)
    expect(answer).toBe(`${established}here`)
    await expect
      .poll(() => open.decisions.map(({ address }) => address))
      .toEqual(['127.0.0.2', '127.0.0.1'])
  })

  it('that nobody answers for is not waited for', async () => {
    const { promise } = Promise.withResolvers<never>()
    const options = { resolve: async () => promise, limits: { connectMs: 50 } }
    await using open = await openProxy({ grants: [{ host: 'a.b' }], ...options })
    expect(await say(open.port, 'CONNECT a.b:1 HTTP/1.1\r\n\r\n')).toContain('504 Gateway Timeout')
    expect(open.decisions.map(({ reason }) => reason)).toEqual([undefined, 'connectMs'])
  })
})
