import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LineDecoder } from './line-decoder.ts'
import { formatMessage, parseMessage, type Message } from './message.ts'

const numRuns = process.env['MB_TEST_SIZE'] === 'full' ? 5000 : 300

const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
const method = fc.string({ minLength: 1, maxLength: 64 })
// -0 is the one number that JSON does not bring back.
const json = fc
  .jsonValue({ maxDepth: 4 })
  .filter((value) => !JSON.stringify(value).includes('__proto__'))
  .map((value): unknown => JSON.parse(JSON.stringify(value)))
const params = fc.dictionary(
  fc.string().filter((key) => key !== '__proto__'),
  json,
  {
    noNullPrototype: true,
  },
)
const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ kind: fc.constant('request' as const), id, method, params }),
  fc.record({ kind: fc.constant('notification' as const), method, params }),
  fc.record({ kind: fc.constant('result' as const), id, value: json }),
  fc.record({
    kind: fc.constant('error' as const),
    id,
    error: fc.record({ code: fc.integer(), message: fc.string(), data: params }),
  }),
)

function decode(chunks: readonly Buffer[], maxBytes = 1_000_000): readonly string[] {
  const decoder = new LineDecoder(maxBytes)
  return chunks.flatMap((chunk) => [...decoder.push(chunk)])
}

function cut(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted(
    (a, b) => a - b,
  )
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
}

describe('LineDecoder', () => {
  it('gives the same messages however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(message), fc.array(fc.nat()), (messages, places) => {
        const bytes = Buffer.from(messages.map(formatMessage).join(''))
        expect(decode(cut(bytes, places)).map(parseMessage)).toEqual(messages)
      }),
      { numRuns },
    )
  })

  it('takes a line of the greatest length, and none longer', () => {
    expect(decode([Buffer.from('1234\n')], 4)).toEqual(['1234'])
    expect(() => decode([Buffer.from('12345')], 4)).toThrow('a line is longer than 4 bytes')
    expect(() => decode([Buffer.from('123'), Buffer.from('45\n')], 4)).toThrow(
      'a line is longer than 4 bytes',
    )
  })

  it('refuses bytes that are not UTF-8, and leaves out empty lines', () => {
    expect(() => decode([Buffer.from([0xff, 0x0a])])).toThrow('a line is not UTF-8')
    expect(decode([Buffer.from('\n\n1\n\n')])).toEqual(['1'])
  })

  it('knows whether it is within a line', () => {
    const decoder = new LineDecoder(10)
    expect([...decoder.push(Buffer.from('a\nb'))]).toEqual(['a'])
    expect(decoder.isInLine).toBe(true)
    expect([...decoder.push(Buffer.from('\n'))]).toEqual(['b'])
    expect(decoder.isInLine).toBe(false)
  })
})
