import { readdirSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import type { NameResolver } from '../../src/network-proxy/name-resolver.ts'
import { isFull } from '../engine.ts'
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

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length
}

/** What keeps this process alive, without what the test runner has. */
function openHandles(): readonly string[] {
  return process.getActiveResourcesInfo().filter((name) => /^TCP|Timeout|GetAddrInfo/.test(name))
}

describe('a proxy that is closed', () => {
  it.each(['disposed', 'aborted'])('leaves no connection and no timer: %s', async (how) => {
    const before = openHandles()
    const closing = new AbortController()
    const { promise: never } = Promise.withResolvers<never>()
    const resolve = vi.fn<NameResolver>(async () => never)
    {
      await using origin = await serveTcp((socket) => socket.resume())
      const open = await openProxy({
        grants: [...grants, { host: 'slow.example' }],
        resolve,
        signal: closing.signal,
      })
      const authority = `localhost:${origin.port}`
      const idle = await dial(open.port)
      const carried = await tunnel(open.port, authority)
      const forwarded = await dial(open.port)
      forwarded.write(`GET http://${authority}/ HTTP/1.1\r\nHost: ${authority}\r\n\r\n`)
      const resolving = await dial(open.port)
      resolving.write('CONNECT slow.example:1 HTTP/1.1\r\n\r\n')
      await expect.poll(() => open.decisions.length).toBe(2)
      await expect.poll(() => resolve.mock.calls.length).toBe(1)
      if (how === 'aborted') closing.abort()
      else await open[Symbol.asyncDispose]()
      const clients = [idle, carried.socket, forwarded, resolving]
      await Promise.all(clients.map(readAll))
      for (const socket of clients) socket.destroy()
      await expect
        .poll(() => open.decisions.map(summary).toSorted())
        .toEqual(
          [
            'decided CONNECT slow.example:1 allowed',
            `decided CONNECT ${authority} allowed`,
            `decided GET ${authority} allowed`,
            'ended CONNECT slow.example:1 allowed closed',
            `ended CONNECT ${authority} allowed closed`,
            `ended GET ${authority} allowed closed`,
          ].toSorted(),
        )
      await expect(dial(open.port)).rejects.toThrow('ECONNREFUSED')
    }
    await expect.poll(openHandles).toEqual(before)
  })

  it('serves nobody who was aborted before', async () => {
    const open = await openProxy({ grants, signal: AbortSignal.abort() })
    await expect(dial(open.port)).rejects.toThrow('ECONNREFUSED')
  })
})

describe('many connections', () => {
  it(
    'leave no descriptor',
    async () => {
      await using origin = await serveHttp((_incoming, outgoing) => outgoing.end('here'))
      await using open = await openProxy({ grants: [{ host: 'localhost', ports: [origin.port] }] })
      const host = `localhost:${origin.port}`
      const allowed = [
        `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
        `CONNECT ${host} HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      ]
      const refused = ['CONNECT localhost:1 HTTP/1.1\r\n\r\n', 'nonsense\r\n\r\n']
      const round = async (shapes: readonly string[]): Promise<void> => {
        await Promise.all(shapes.map(async (shape) => say(open.port, shape)))
      }
      for (let count = 0; count < 10; count++) await round([...allowed, ...refused])
      const before = openDescriptors()
      for (let count = 0; count < 200; count++) await round([...allowed, ...refused])
      // After a thousand refusals they come slowly.
      for (let count = 0; count < (isFull ? 4000 : 0); count++) await round(allowed)
      await expect.poll(openDescriptors).toBeLessThanOrEqual(before)
    },
    isFull ? 300_000 : 60_000,
  )
})
