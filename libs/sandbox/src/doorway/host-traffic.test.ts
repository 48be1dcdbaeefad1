import { describe, expect, it } from 'vitest'
import type { NetworkDecision } from '../network-proxy/network-decision.ts'
import { TrafficMeter } from './host-traffic.ts'

const decision = (more: Partial<NetworkDecision>): NetworkDecision => ({
  at: '2026-01-01T00:00:00.000Z',
  kind: 'decided',
  id: 1,
  host: 'a.example',
  port: 443,
  method: 'CONNECT',
  allowed: true,
  ...more,
})

describe('TrafficMeter', () => {
  it('adds up by host and port, in the order in which they were first asked for', () => {
    const meter = new TrafficMeter()
    meter.add(decision({}))
    meter.add(decision({ host: 'b.example', allowed: false, reason: 'not-granted' }))
    meter.add(decision({ kind: 'ended', bytesUp: 5, bytesDown: 7 }))
    meter.add(decision({}))
    meter.add(decision({ kind: 'ended', bytesUp: 1, bytesDown: 2 }))
    meter.add(decision({ port: 80, allowed: false }))
    meter.add(decision({ kind: 'summed', host: 'others', port: 0, allowed: false, count: 40 }))
    expect(meter.hosts).toEqual([
      { host: 'a.example', port: 443, allowed: 2, refused: 0, bytesUp: 6, bytesDown: 9 },
      { host: 'b.example', port: 443, allowed: 0, refused: 1, bytesUp: 0, bytesDown: 0 },
      { host: 'a.example', port: 80, allowed: 0, refused: 1, bytesUp: 0, bytesDown: 0 },
      { host: 'others', port: 0, allowed: 0, refused: 40, bytesUp: 0, bytesDown: 0 },
    ])
  })

  it('keeps 256 hosts, and the rest together', () => {
    const meter = new TrafficMeter()
    for (let index = 0; index < 1000; index += 1)
      meter.add(decision({ host: `${index}.example`, allowed: false }))
    expect(meter.hosts.length).toBe(257)
    expect(meter.hosts.at(-1)).toMatchObject({ host: 'others', port: 0, refused: 744 })
  })
})
