import { setTimeout as delay } from 'node:timers/promises'

/**
 * A pause between two looks at what another process does within microseconds, mostly. A tenth of a millisecond asleep leaves it the
 * processor, which a loop of looks takes from it; whatever else waits in this process has its turn after each. What takes longer is
 * looked for each millisecond.
 */
export async function pause(attempt: number): Promise<void> {
  if (attempt >= mostBrief) return delay(1)
  Atomics.wait(nobody, 0, 0, briefMs)
  await new Promise(setImmediate)
}

const nobody = new Int32Array(new SharedArrayBuffer(4))
const briefMs = 0.1
const mostBrief = 30
