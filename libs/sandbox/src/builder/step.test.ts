import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeSteps } from './step.ts'

describe('encodeSteps()', () => {
  it('keeps numbers and texts apart, with their lengths before them', () => {
    const encoded = encodeSteps([{ kind: 'write', words: 'w', values: [1, 'é\n', Buffer.of(0)] }])
    expect(encoded.toString('latin1')).toBe(
      [
        '\0\0\0\u0005write',
        '\0\0\0\u0001w',
        '\0\0\0\u00013',
        '\0\0\0\u0002i1',
        '\0\0\0\u0004s\u00C3\u00A9\n',
        '\0\0\0\u0002s\0',
      ].join(''),
    )
  })

  it('lets no value look like another step', () => {
    const value = fc.oneof(fc.integer(), fc.string({ unit: 'binary' }), fc.uint8Array())
    const step = fc.record({
      kind: fc.constant('call' as const),
      words: fc.string(),
      values: fc.array(value),
    })
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const parts = split(encodeSteps(steps))
        for (const { values } of steps) {
          expect(parts.splice(0, 3)[2]?.toString()).toBe(String(values.length))
          const given = values.map((each) =>
            typeof each === 'number'
              ? `i${each}`
              : Buffer.concat([Buffer.from('s'), Buffer.from(each)]),
          )
          expect(parts.splice(0, values.length)).toEqual(given.map((each) => Buffer.from(each)))
        }
        expect(parts).toEqual([])
      }),
    )
  })
})

function split(message: Buffer): Buffer[] {
  const parts: Buffer[] = []
  for (let at = 0; at < message.length;) {
    const end = at + 4 + message.readUInt32BE(at)
    parts.push(message.subarray(at + 4, end))
    at = end
  }
  return parts
}
