import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressBytes, canonicalAddress, isWithin } from './address.ts'

describe('canonicalAddress()', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['2001:DB8::0001', '2001:db8::1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::ffff:a00:1', '10.0.0.1'],
    ['::10.0.0.1', '::a00:1'],
  ])('writes %s as %s', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical)
  })

  it.each(['', 'a', '127.1', '0x7f.0.0.1', '1.2.3.256', '[::1]', 'fe80::1%eth0', '::1 '])(
    'takes %j for no address',
    (text) => {
      expect(canonicalAddress(text)).toBeUndefined()
    },
  )

  it('writes an address that it has written as it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const once = canonicalAddress(text) ?? ''
        expect(once).not.toBe('')
        expect(canonicalAddress(once)).toBe(once)
      }),
    )
  })
})

describe('addressBytes()', () => {
  it('reads what Node reads', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const groups = Array.from({ length: 8 }, (_, index) =>
          (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
        )
        const address = canonicalAddress(groups.join(':')) ?? ''
        const read = addressBytes(address)
        expect(read).toEqual(read.length === 4 ? bytes.slice(12) : bytes)
      }),
    )
    expect(addressBytes('1.2.3.255')).toEqual(Uint8Array.of(1, 2, 3, 255))
  })
})

describe('isWithin()', () => {
  it.each([
    ['10.1.2.3', '10.0.0.0', 8, true],
    ['11.0.0.0', '10.0.0.0', 8, false],
    ['172.31.255.255', '172.16.0.0', 12, true],
    ['172.32.0.0', '172.16.0.0', 12, false],
    ['1.2.3.4', '1.2.3.4', 32, true],
    ['1.2.3.5', '1.2.3.4', 32, false],
    ['9.9.9.9', '0.0.0.0', 0, true],
    ['fdff::1', 'fc00::', 7, true],
    ['fe00::1', 'fc00::', 7, false],
    ['::1', '0.0.0.0', 0, false],
  ])('%s in %s/%d: %s', (address, first, bits, expected) => {
    expect(isWithin(addressBytes(address), addressBytes(first), bits)).toBe(expected)
  })
})
