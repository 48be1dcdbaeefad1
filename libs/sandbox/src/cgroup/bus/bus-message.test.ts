import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BusCall } from './bus-message.ts'
import { encodeCall } from './encode-call.ts'
import { takeMessage } from './take-message.ts'

const call: BusCall = { destination: 'a.b', path: '/c', interface: 'd.e', member: 'F' }

// Texts of the bus hold no NUL, and no halves of characters.
const text = fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\0', '').toWellFormed())
const value = fc.oneof(
  text.map((each) => ({ type: 's' as const, value: each })),
  fc.nat(0xff_ff_ff_ff).map((each) => ({ type: 'u' as const, value: each })),
)

/** How many bytes are left, unless it is refused. */
function restOf(bytes: Buffer): number {
  try {
    return takeMessage(bytes)?.rest.length ?? 0
  } catch (error) {
    if (error instanceof RangeError) return 0
    throw error
  }
}

describe('encodeCall()', () => {
  it('writes a call as the specification says', () => {
    const fields = [
      '01016f00 02000000 2f630000 00000000',
      '02017300 03000000 642e6500 00000000',
      '03017300 01000000 46000000 00000000',
      '06017300 03000000 612e6200 00000000',
      '08016700 02617500',
    ]
    const expected = ['6c010001 08000000 03000000 48000000', ...fields, '04000000 07000000']
    const written = encodeCall({ ...call, body: [{ type: 'au', value: [7] }] }, 3)
    expect(written.toString('hex')).toBe(expected.join('').replaceAll(' ', ''))
  })
})

describe('takeMessage()', () => {
  it('reads what was written, with what comes after it', () => {
    fc.assert(
      fc.property(fc.array(value), fc.uint8Array(), (body, after) => {
        const bytes = Buffer.concat([encodeCall({ ...call, body }, 1), after])
        expect(takeMessage(bytes)).toEqual({
          message: {
            kind: 'call',
            answers: undefined,
            member: 'F',
            errorName: undefined,
            body: body.map((each) => each.value),
          },
          rest: Buffer.from(after),
        })
      }),
    )
  })

  it('waits for the whole of it', () => {
    const bytes = encodeCall({ ...call, body: [{ type: 's', value: 'text' }] }, 1)
    for (let length = 0; length < bytes.length; length += 1)
      expect(takeMessage(bytes.subarray(0, length))).toBeUndefined()
    expect(takeMessage(bytes)?.message.body).toEqual(['text'])
  })

  it('refuses whatever else it is given, and never reads beyond it', () => {
    const head = fc.constant([0x6c, 2, 0, 1])
    const bytes = fc
      .tuple(head, fc.uint8Array({ maxLength: 200 }))
      .map(([first, rest]) =>
        Buffer.from(
          [...first, ...rest].map((byte, at) => ([6, 7, 14, 15].includes(at) ? 0 : byte)),
        ),
      )
    fc.assert(
      fc.property(
        fc.oneof(
          bytes,
          fc.uint8Array().map((each) => Buffer.from(each)),
        ),
        (given) => {
          expect(restOf(given)).toBeLessThanOrEqual(given.length)
        },
      ),
    )
  })

  it('refuses a message that says it is long before it waits for it', () => {
    const bytes = encodeCall(call, 1)
    bytes.writeUInt32LE(1 << 30, 4)
    expect(() => takeMessage(bytes)).toThrow(RangeError)
  })
})
