import { readdirSync, readFileSync } from 'node:fs'
import { readStat } from '../machine/process-stat.ts'
import { sendSignal } from './jail-members.ts'

/**
 * A loader that was killed while it built leaves behind what had not yet seen to following it. Nothing in it was let go, and
 * it is known by its gate.
 */
export function endOrphans(mark: string): void {
  for (let found = findMarked(mark); found.length > 0; found = findMarked(mark))
    for (const pid of found) sendSignal(Number(pid), 'SIGKILL')
}

function findMarked(mark: string): readonly string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return (
        /^\d+$/.test(name) &&
        readStat(name).state !== 'Z' &&
        readFileSync(`/proc/${name}/cmdline`).includes(mark)
      )
    } catch {
      return false
    }
  })
}
