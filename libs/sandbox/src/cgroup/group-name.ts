import { readdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { readStat } from '../machine/process-stat.ts'

let made = 0

/** A name for a new cgroup that tells which process it is of: one that died can leave it behind. */
export function nextGroupName(): string {
  made += 1
  return `mb-${process.pid}-${readStat(process.pid).startedTicks}-${made}`
}

/** Removes what programs that died have left in a folder. Where something still runs the kernel keeps it. */
export function sweepGroups(folder: string): void {
  for (const name of readdirSync(folder)) {
    const [, pid, started] = /^mb-(\d+)-(\d+)-\d+$/.exec(name) ?? []
    if (pid === undefined || isAlive(pid, Number(started))) continue
    try {
      rmdirSync(join(folder, name))
    } catch {
      // Its processes are still on their way out, or another program swept it.
    }
  }
}

function isAlive(pid: string, startedTicks: number): boolean {
  try {
    return readStat(pid).startedTicks === startedTicks
  } catch {
    return false
  }
}
