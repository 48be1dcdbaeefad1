import { loadavg } from 'node:os'

/** Processes that wanted the processor over the last minute. Read it before a scenario, which is a load itself. */
export function machineLoad(): number {
  return Number((loadavg()[0] ?? 0).toFixed(2))
}
