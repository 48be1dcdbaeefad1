import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { median, pairedDifference, pairedRatio, quantile, spread } from './statistics.ts'

const samples = fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), { minLength: 1 })

describe('median()', () => {
  it('is the middle sample, or the mean of the two in the middle', () => {
    expect([median([5, 1, 9]), median([4, 1, 9, 2]), median([7])]).toEqual([5, 3, 7])
  })

  it('is not moved by one sample that took forever', () => {
    expect(median([10, 11, 10, 12, 90_000])).toBe(11)
  })

  it('has no value without samples', () => {
    expect(() => median([])).toThrow(RangeError)
  })
})

describe('quantile()', () => {
  it('lies between the least and the greatest sample, and grows with the share', () => {
    fc.assert(
      fc.property(samples, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
        const value = quantile(values, share)
        expect(value).toBeGreaterThanOrEqual(Math.min(...values))
        expect(value).toBeLessThanOrEqual(Math.max(...values))
        expect(value).toBeLessThanOrEqual(quantile(values, 1))
      }),
    )
  })
})

describe('spread()', () => {
  it('names the quartiles', () => {
    expect(spread([1, 2, 3, 4, 5])).toBe('2.0–4.0')
  })
})

describe('pairedRatio()', () => {
  it('sees through a machine that gets slower, which the ratio of medians does not', () => {
    const rival = [10, 10, 20, 40, 80]
    const mine = rival.map((its) => its * 1.5)
    expect(pairedRatio(mine, rival)).toBe(1.5)
  })

  it('refuses runs of different length', () => {
    expect(() => pairedRatio([1, 2], [1])).toThrow('2 samples cannot be paired with 1')
  })
})

describe('pairedDifference()', () => {
  it('is the median over the rounds', () => {
    expect(pairedDifference([12, 13, 99], [10, 10, 10])).toBe(3)
  })
})
