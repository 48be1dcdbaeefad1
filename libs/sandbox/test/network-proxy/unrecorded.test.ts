import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { openProxy, say, serveHttp } from './open-proxy.ts'

describe('a decision that cannot be recorded', () => {
  it('is not carried out, nor is any after it, and why is told', async () => {
    await using origin = await serveHttp((_incoming, outgoing) => outgoing.end('reached'))
    const host = `localhost:${origin.port}`
    const request = `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`
    const grants = [{ host: 'localhost' }]
    {
      await using open = await openProxy({ grants })
      expect(await say(open.port, request)).toContain('reached')
    }
    const before = origin.connections
    await using open = await openProxy({
      grants,
      onDecision: () => {
        throw new RangeError('no room in the record')
      },
    })
    const warned = once(process, 'warning')
    expect(await say(open.port, request)).not.toContain('reached')
    expect(await warned).toMatchObject([{ message: 'no room in the record' }])
    await expect(say(open.port, request)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    expect(origin.connections).toBe(before)
  })
})
