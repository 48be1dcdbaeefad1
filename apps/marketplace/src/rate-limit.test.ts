import { describe, expect, it } from 'vitest'
import { systemClock } from '@mb/kernel'
import { RateLimiter } from './rate-limit.ts'

describe('RateLimiter', () => {
  it('lets a burst through, then so many a minute, each by themselves', () => {
    let now = 0
    const clock = { ...systemClock, monotonic: () => now }
    const limiter = new RateLimiter({ burst: 2, perMinute: 6 }, clock)
    expect([limiter.take('a'), limiter.take('a'), limiter.take('a')]).toEqual([0, 0, 10])
    expect(limiter.take('b')).toBe(0)
    now += 8_500
    expect(limiter.take('a')).toBe(2)
    now += 1_500
    expect([limiter.take('a'), limiter.take('a')]).toEqual([0, 10])
    now += 3_600_000
    expect([limiter.take('a'), limiter.take('a'), limiter.take('a')]).toEqual([0, 0, 10])
  })

  it('remembers no more than it has room for', () => {
    const limiter = new RateLimiter(
      { burst: 1, perMinute: 1 },
      { ...systemClock, monotonic: () => 0 },
    )
    limiter.take('first')
    expect(limiter.take('first')).toBe(60)
    for (let number = 0; number < 10_000; number += 1) limiter.take(`other ${number}`)
    expect(limiter.take('first')).toBe(0)
  })
})
