import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readRetryAfter } from './retry-after.ts'

const now = Date.parse('2026-01-31T12:00:00Z')
const numRuns = process.env['MB_TEST_SIZE'] === 'full' ? 10_000 : 500

describe('readRetryAfter()', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 5 ', 5000],
    ['9999999999', 10_000_000_000],
    ['Sat, 31 Jan 2026 12:00:30 GMT', 30_000],
    ['Sat, 31 Jan 2026 11:00:00 GMT', 0],
    ['-1', undefined],
    ['1.5', undefined],
    ['1e3', undefined],
    ['0x10', undefined],
    ['soon', undefined],
    ['', undefined],
    ['99999999999', undefined],
    ['2026-01-31', undefined],
    ['Sat, 99 Jan 2026 12:00:30 GMT', undefined],
  ])('reads %j as %j', (value, expected) => {
    expect(readRetryAfter(value, now)).toBe(expected)
  })

  it('reads every date as it is written, to the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_999_999 }), (seconds) => {
        const date = new Date(now + seconds * 1000).toUTCString()
        expect(readRetryAfter(date, now)).toBe(seconds * 1000)
      }),
      { numRuns },
    )
  })

  it('is a bounded time, or nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const read = readRetryAfter(value, now)
        expect(read === undefined || (read >= 0 && read <= 10_000_000_000)).toBe(true)
      }),
      { numRuns },
    )
  })
})
