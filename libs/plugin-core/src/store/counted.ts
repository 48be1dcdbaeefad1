import { errorCode, type Clock } from '@mb/kernel'
import type { HomeLayout } from './home-layout.ts'
import { recordUse } from './usage.ts'

/** Of which plugin a run is, and where it is counted. */
export interface CountedRun {
  readonly id: string
  readonly layout: HomeLayout
  readonly clock: Clock
  /** What somebody stopped has not failed. */
  readonly signal?: AbortSignal | undefined
}

/** Runs, and counts how it ended and how long it took. */
export async function counted<T>(
  { id, layout, clock, signal }: CountedRun,
  run: () => Promise<T>,
): Promise<T> {
  const start = performance.now()
  const count = (error?: string): boolean =>
    recordUse(layout, {
      id,
      error,
      at: new Date(clock.now()).toISOString(),
      durationMs: performance.now() - start,
    })
  try {
    const result = await run()
    count()
    return result
  } catch (error) {
    count(signal?.aborted === true ? undefined : (errorCode(error) ?? 'unknown'))
    throw error
  }
}
