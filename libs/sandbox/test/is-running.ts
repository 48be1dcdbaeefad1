import { readFileSync } from 'node:fs'

/** Whether a process runs: what is dead and only waits for the machine's first process to reap it counts as gone. */
export function isRunning(pid: number | string): boolean {
  try {
    return !/^State:\t[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
