import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { concurrently } from './concurrently.ts'

describe('concurrently()', () => {
  it('keeps the order and the limit', async () => {
    let running = 0
    let most = 0
    const results = await concurrently([30, 1, 10, 1], 2, async (ms) => {
      most = Math.max(most, (running += 1))
      await sleep(ms)
      running -= 1
      return ms
    })
    expect({ results, most }).toEqual({ results: [30, 1, 10, 1], most: 2 })
  })
})
