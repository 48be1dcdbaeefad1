import { performance } from 'node:perf_hooks'

/**
 * Resolves when the event loop had next to nothing to do for a moment, or would not come to that: whoever has just been given a
 * program has messages to exchange. Holds no host's program.
 */
export async function whenHostIdles(): Promise<void> {
  for (let look = 0; look < mostLooks; look += 1) {
    const before = performance.eventLoopUtilization()
    await pause()
    if (performance.eventLoopUtilization(before).utilization < busy) return
  }
}

const lookMs = 10
const mostLooks = 20
const busy = 0.5

async function pause(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  setTimeout(() => resolve(undefined), lookMs).unref()
  await promise
}
