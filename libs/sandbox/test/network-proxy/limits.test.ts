import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { NetworkLimits } from '../../src/network-proxy/network-limits.ts'
import { NetworkProxy } from '../../src/network-proxy/network-proxy.ts'
import {
  dial,
  openProxy,
  readAll,
  say,
  serveHttp,
  serveTcp,
  summary,
  tunnel,
} from './open-proxy.ts'

const grants = [{ host: 'localhost' }]

describe('a limit of one connection', () => {
  it.each<[keyof NetworkLimits, NetworkLimits, (socket: Socket) => void]>([
    ['idleMs', { idleMs: 300 }, () => undefined],
    ['durationMs', { durationMs: 500, idleMs: 100_000 }, talk],
    ['bytesUp', { bytesUp: 10 }, (socket) => socket.write('more than ten bytes')],
    ['bytesDown', { bytesDown: 10 }, (socket) => socket.write('say much')],
  ])('ends a tunnel: %s', async (name, limits, act) => {
    const gone = Promise.withResolvers<void>()
    await using origin = await serveTcp((socket) => {
      socket.on('data', (chunk) => {
        if (chunk.toString() === 'say much') socket.write('more than ten bytes')
      })
      socket.once('close', () => gone.resolve())
      socket.once('end', () => gone.resolve())
    })
    await using open = await openProxy({ grants, limits })
    const { socket } = await tunnel(open.port, `localhost:${origin.port}`)
    act(socket)
    await readAll(socket)
    // On a busy machine the time is up before anybody is there.
    if (origin.connections > 0) await gone.promise
    socket.destroy()
    await expect
      .poll(() => open.decisions.map(summary))
      .toEqual([
        `decided CONNECT localhost:${origin.port} allowed`,
        `ended CONNECT localhost:${origin.port} allowed ${name}`,
      ])
    expect(open.proxy.violations).toEqual([
      { kind: 'network', name: `localhost:${origin.port}`, count: 1 },
    ])
  })

  it.each<[keyof NetworkLimits, NetworkLimits, string]>([
    ['idleMs', { idleMs: 50 }, '/never'],
    ['durationMs', { durationMs: 200 }, '/drops'],
    ['bytesUp', { bytesUp: 10 }, '/never'],
    ['bytesDown', { bytesDown: 1000 }, '/much'],
  ])('ends a request: %s', async (name, limits, path) => {
    await using origin = await serveHttp((incoming, outgoing) => {
      incoming.resume()
      if (path === '/much') outgoing.end('x'.repeat(100_000))
      if (path === '/drops') {
        const timer = setInterval(() => outgoing.write('x'), 10)
        outgoing.once('close', () => clearInterval(timer))
      }
    })
    await using open = await openProxy({ grants, limits })
    const host = `localhost:${origin.port}`
    const body = name === 'bytesUp' ? 'more than ten bytes' : ''
    await say(
      open.port,
      `POST http://${host}${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    await expect
      .poll(() => open.decisions.map(summary))
      .toEqual([`decided POST ${host} allowed`, `ended POST ${host} allowed ${name}`])
  })

  it('ends a head that does not come', async () => {
    await using open = await openProxy({ grants, limits: { headMs: 1000 } })
    const silent = await dial(open.port)
    const slow = await dial(open.port)
    slow.write('GET http://localhost:1/ HTTP/1.1\r\nX-A')
    await Promise.all([readAll(silent), readAll(slow)])
    expect(open.decisions.map(summary)).toEqual(['decided  proxy:0 refused headMs'])
    expect(open.proxy.violations).toEqual([{ kind: 'network', name: 'headMs', count: 1 }])
  })
})

describe('a limit of one run', () => {
  it('lets no more connect at one time', async () => {
    await using origin = await serveTcp((socket) => socket.pipe(socket))
    await using open = await openProxy({ grants, limits: { connections: 2 } })
    const authority = `localhost:${origin.port}`
    const first = await tunnel(open.port, authority)
    const second = await tunnel(open.port, authority)
    const third = await dial(open.port)
    expect(await readAll(third)).toBe('')
    expect(open.proxy.violations).toEqual([{ kind: 'network', name: 'connections', count: 1 }])
    first.socket.end()
    await readAll(first.socket)
    await expect
      .poll(async () => (await tunnel(open.port, authority)).head)
      .toContain('200 Connection established')
    second.socket.destroy()
  })

  it('lets no more be asked for, and then nobody in', async () => {
    await using origin = await serveTcp((socket) => socket.end('here'))
    await using open = await openProxy({ grants, limits: { total: 2 } })
    const ask = `CONNECT localhost:${origin.port} HTTP/1.1\r\n\r\n`
    expect(await say(open.port, ask)).toContain('here')
    expect(await say(open.port, ask)).toContain('here')
    expect(await say(open.port, ask)).toContain('x-mb-denied: total')
    await expect(dial(open.port)).rejects.toThrow('ECONNREFUSED')
  })

  it('lets no more be sent ahead', async () => {
    await using origin = await serveTcp(() => undefined)
    await using open = await openProxy({ grants })
    const host = `localhost:${origin.port}`
    const socket = await dial(open.port)
    socket.write(`GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`.repeat(1000))
    await readAll(socket)
    expect(origin.connections).toBeLessThanOrEqual(1)
    expect(open.proxy.violations).toEqual([{ kind: 'network', name: 'connections', count: 1 }])
  })

  it('tells a flood of refusals in sums', async () => {
    const open = await openProxy({ grants: [], limits: { connections: 5000, headMs: 5000 } })
    const ask = 'CONNECT a.b:1 HTTP/1.1\r\n\r\n'
    for (let batch = 0; batch < 20; batch++)
      await Promise.all(Array.from({ length: 50 }, async () => say(open.port, ask)))
    // From now on it answers slowly.
    const late = await Promise.all(Array.from({ length: 100 }, async () => dial(open.port)))
    for (const socket of late) socket.write(ask)
    await expect
      .poll(() => open.proxy.violations)
      .toEqual([{ kind: 'network', name: 'a.b:1', count: 1100 }])
    expect(open.decisions).toHaveLength(1000)
    await open[Symbol.asyncDispose]()
    expect(open.decisions.slice(1000)).toEqual([
      {
        at: expect.any(String),
        kind: 'summed',
        id: 1100,
        host: 'others',
        port: 0,
        method: '',
        allowed: false,
        count: 100,
      },
    ])
    for (const socket of late) socket.destroy()
  })

  it('is refused when it is none', () => {
    expect(() => new NetworkProxy({ grants, limits: { idleMs: 0 } })).toThrow(
      new RangeError('Cannot limit idleMs to 0: it has to be a positive number'),
    )
    const misspelt: object = { idle: 1 }
    expect(() => new NetworkProxy({ grants, limits: misspelt })).toThrow(TypeError)
  })
})

/** Says something now and then. */
function talk(socket: Socket): void {
  const timer = setInterval(() => socket.write('.'), 10)
  socket.once('close', () => clearInterval(timer))
  socket.once('end', () => socket.destroy())
}
