import type { NetworkDecision } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import { RefusedHosts } from './refused-hosts.ts'

const refusal = (more: Partial<NetworkDecision>): NetworkDecision => ({
  at: '2026-01-01T00:00:00.000Z',
  kind: 'decided',
  id: 1,
  host: 'a.example',
  port: 443,
  method: 'CONNECT',
  allowed: false,
  reason: 'not-granted',
  detail: 'a.example:443 is not granted',
  ...more,
})

describe('RefusedHosts', () => {
  it('counts each host and reason, and names for --net what that would let through', () => {
    const refused = new RefusedHosts()
    refused.add(refusal({}))
    refused.add(refusal({}))
    refused.add(refusal({ allowed: true }))
    refused.add(refusal({ host: '2001:db8::7' }))
    refused.add(refusal({ reason: 'address', detail: '10.0.0.7 is private' }))
    refused.add(refusal({ reason: 'malformed', host: '', port: 0, detail: 'no request' }))
    expect(refused.list.map(({ target, reason, count }) => [target, reason, count])).toEqual([
      ['a.example:443', 'not-granted', 2],
      ['[2001:db8::7]:443', 'not-granted', 1],
      [undefined, 'address', 1],
      [undefined, 'malformed', 1],
    ])
  })

  it('keeps 64 of them', () => {
    const refused = new RefusedHosts()
    for (let port = 1; port <= 1000; port += 1) refused.add(refusal({ port }))
    expect(refused.list.length).toBe(64)
  })
})
