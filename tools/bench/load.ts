import { loadavg } from 'node:os'

// From here on, figures that need a quiet machine tell more about the machine.
const quietLoad = 0.7

/** Processes that wanted the processor over the last minute. Read it before a scenario, which is a load itself. */
export function machineLoad(): number {
  return Number((loadavg()[0] ?? 0).toFixed(2))
}

/** The verdict on a goal that needs a quiet machine: `null` when it was not. */
export function judgeWhenQuiet(isMet: boolean, load: number): boolean | null {
  return load > quietLoad ? null : isMet
}
