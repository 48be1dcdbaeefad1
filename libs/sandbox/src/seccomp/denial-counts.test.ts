import { PassThrough } from 'node:stream'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DenialCounts } from './denial-counts.ts'

function told(...texts: readonly string[]): unknown {
  const socket = new PassThrough({ encoding: 'utf8' })
  const counts = new DenialCounts(socket, 'x64')
  for (const text of texts) socket.emit('data', text)
  return counts.violations
}

describe('DenialCounts', () => {
  it('gives the last counts that were told, by name', () => {
    expect(told('ready\ndenied 101:1\n', 'denied 101:3 165:1 424242:2\n')).toEqual([
      { kind: 'system-call', name: 'ptrace', count: 3 },
      { kind: 'system-call', name: 'mount', count: 1 },
      { kind: 'system-call', name: 'system call 424242', count: 2 },
    ])
  })

  it('reads a line however it comes apart', () => {
    const text = '{ "child-pid": 7 }\nready\ndenied 101:1\ndenied 101:20 41:4\n'
    fc.assert(
      fc.property(fc.array(fc.nat({ max: text.length })), (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), text.length]
        const parts = places.slice(1).map((end, index) => text.slice(places[index], end))
        expect(told(...parts)).toEqual(told(text))
      }),
    )
  })

  it('takes no line of another form', () => {
    const lines = [
      'denied',
      'denied 1',
      'denied 1:',
      'denied 1:1 x',
      ' denied 1:1',
      'denied -1:1',
      'denied 1:1',
    ]
    expect(told(lines.join('\n'))).toEqual([])
  })
})
