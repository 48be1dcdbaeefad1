import { readFileSync, readlinkSync } from 'node:fs'

/**
 * A name for this very process that no later one gets: its id, when it started, and the process namespace in which
 * that id means something.
 */
export function processMark(): string {
  return `${process.pid}-${startOf(process.pid) ?? 0}-${processNamespace()}`
}

/** Whether a mark is of a process that still lives. Undefined where that cannot be told from here. */
export function isMarkAlive(mark: string): boolean | undefined {
  const [, pid, start, namespace] = /^(\d+)-(\d+)-(\d+)$/.exec(mark) ?? []
  if (pid === undefined || namespace !== processNamespace()) return undefined
  const now = startOf(Number(pid))
  if (now !== undefined) return String(now) === start
  return process.platform === 'linux' ? false : isRunning(Number(pid))
}

// Two containers that share a home number their processes each on its own.
function processNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0'
  } catch {
    return '0'
  }
}

/** Clock ticks from the machine's start to the process's, from `/proc` (proc(5): field 22 of `stat`). */
function startOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is a name in brackets, and may hold brackets and blanks itself.
    const start = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
    return Number.isSafeInteger(start) ? start : undefined
  } catch {
    return undefined
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
