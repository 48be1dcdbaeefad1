import type { NetworkDecision } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import { UnreachedHosts } from './unreached-hosts.ts'

const decided = (more: Partial<NetworkDecision>): NetworkDecision => ({
  at: '2026-01-01T00:00:00.000Z',
  kind: 'decided',
  id: 1,
  host: 'a.example',
  port: 443,
  method: 'CONNECT',
  allowed: true,
  ...more,
})
const ended = (more: Partial<NetworkDecision>): NetworkDecision =>
  decided({ kind: 'ended', reason: 'closed', bytesUp: 0, bytesDown: 0, durationMs: 1, ...more })

describe('UnreachedHosts', () => {
  it('counts each host and reason, and tells what went through a proxy', () => {
    const hosts = new UnreachedHosts()
    const lines: readonly NetworkDecision[] = [
      decided({ id: 1, address: '192.0.2.1' }),
      ended({ id: 1, reason: 'unreachable' }),
      decided({ id: 2, address: '192.0.2.1' }),
      ended({ id: 2, reason: 'unreachable' }),
      decided({ id: 3, host: '2001:db8::7', address: '2001:db8::7' }),
      ended({ id: 3, host: '2001:db8::7', reason: 'connectMs' }),
      decided({ id: 4, host: 'b.example' }),
      ended({ id: 4, host: 'b.example', reason: 'unreachable' }),
      decided({ id: 5, host: 'c.example' }),
      ended({ id: 5, host: 'c.example', reason: 'unresolved' }),
    ]
    for (const line of lines) hosts.add(line)
    expect(hosts.list).toEqual([
      { target: 'a.example:443', reason: 'unreachable', byProxy: false, count: 2 },
      { target: '[2001:db8::7]:443', reason: 'connectMs', byProxy: false, count: 1 },
      { target: 'b.example:443', reason: 'unreachable', byProxy: true, count: 1 },
      { target: 'c.example:443', reason: 'unresolved', byProxy: false, count: 1 },
    ])
  })

  it('keeps nothing of what was reached, and nothing of what was refused', () => {
    const hosts = new UnreachedHosts()
    hosts.add(decided({ address: '192.0.2.1' }))
    hosts.add(ended({ address: '192.0.2.1' }))
    hosts.add(ended({ reason: 'idleMs' }))
    hosts.add(decided({ allowed: false, reason: 'not-granted' }))
    expect(hosts.list).toEqual([])
  })

  it('keeps 64 of them', () => {
    const hosts = new UnreachedHosts()
    for (let port = 1; port <= 1000; port += 1) hosts.add(ended({ port, reason: 'unreachable' }))
    expect(hosts.list.length).toBe(64)
  })
})
