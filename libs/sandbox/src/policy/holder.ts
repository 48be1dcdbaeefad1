import { readlinkSync } from 'node:fs'
import { readStat } from '../machine/process-stat.ts'

let named = 0

/** A name for something that this process holds: it tells whether the process is still there. */
export function nameHolder(): string {
  named += 1
  return `${process.pid}-${startOf(process.pid)}-${namespace()}-${named}`
}

/** The form of such a name, as part of an expression. */
export const holderForm = '\\d+-\\d+-\\d+-\\d+'

/** Whether the process of a name is gone. Of other process namespaces nothing can be known. */
export function isHolderGone(name: string): boolean {
  const [pid, started, where] = name.split('-')
  return where === namespace() && startOf(Number(pid)) !== Number(started)
}

function namespace(): string {
  return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0'
}

function startOf(pid: number): number {
  try {
    return readStat(pid).startedTicks
  } catch {
    return -1
  }
}
