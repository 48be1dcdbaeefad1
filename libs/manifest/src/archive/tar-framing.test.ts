import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { paxRecord, tarEntry, tarGz } from './hostile-archives.fixture.ts'
import { TarFraming } from './tar-framing.ts'

const whole = gunzipSync(
  tarGz([
    { name: 'a', content: 'x'.repeat(700) },
    tarEntry({ name: 'p', type: 'x', content: paxRecord('path', 'b'.repeat(120)) }),
    { name: 'b', content: 'y' },
    { name: 'c/', type: '5' },
  ]),
)

/** What the framing says of a stream that comes in pieces. */
function judge(stream: Buffer, pieces: readonly number[]): string {
  const framing = new TarFraming()
  try {
    let place = 0
    for (const length of pieces) {
      framing.push(stream.subarray(place, place + length))
      place += length
    }
    framing.push(stream.subarray(place))
    framing.end()
    return 'whole'
  } catch (error) {
    return String(error)
  }
}

describe('TarFraming', () => {
  it('says the same, however the stream is cut into pieces', () => {
    const pieces = fc.array(fc.integer({ min: 1, max: 1200 }), { maxLength: 20 })
    const damage = fc.option(fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 })))
    fc.assert(
      fc.property(pieces, damage, (lengths, change) => {
        const stream = Buffer.from(whole)
        if (change !== null) stream[change[0]] = change[1]
        expect(judge(stream, lengths)).toBe(judge(stream, []))
      }),
      { numRuns: 500 },
    )
    expect(judge(whole, [])).toBe('whole')
  })

  it('takes no part of an archive for a whole one', () => {
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 513 }), (length) => {
        expect(judge(whole.subarray(0, length), [])).not.toBe('whole')
      }),
    )
  })
})
