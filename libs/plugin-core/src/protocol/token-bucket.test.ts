import { describe, expect, it } from 'vitest'
import { TokenBucket } from './token-bucket.ts'

describe('TokenBucket', () => {
  it('gives the burst, then the rate', () => {
    let now = 0
    const bucket = new TokenBucket({ burst: 3, perSecond: 10 }, () => now)
    expect([1, 2, 3, 4].map(() => bucket.tryTake(1))).toEqual([true, true, true, false])
    now = 100
    expect([bucket.tryTake(1), bucket.tryTake(1)]).toEqual([true, false])
    now = 1_000_000
    expect([1, 2, 3, 4].map(() => bucket.tryTake(1))).toEqual([true, true, true, false])
  })

  it('reserves in advance', () => {
    const bucket = new TokenBucket({ burst: 1, perSecond: 10 }, () => 0)
    expect([bucket.reserve(1), bucket.reserve(1), bucket.reserve(2)]).toEqual([0, 100, 300])
  })
})
