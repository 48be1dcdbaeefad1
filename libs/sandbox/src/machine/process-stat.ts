import { readFileSync } from 'node:fs'

/** What is used of `/proc/PID/stat`. */
export interface ProcessStat {
  readonly state: string
  readonly parent: number
  readonly group: number
  readonly session: number
  /** Device number of the controlling terminal; 0 for none. */
  readonly terminal: number
  /** The group that the terminal is in the hands of. */
  readonly terminalGroup: number
  /** CPU time in clock ticks of a hundredth second: its own, and that of the children it waited for. */
  readonly ownTicks: number
  readonly childTicks: number
  readonly threads: number
  /** Clock ticks from boot to its start: with the process id, its identity. */
  readonly startedTicks: number
}

/** Reads `/proc/PID/stat`, from the host's `/proc` or another mount of it. */
export function readStat(pid: number | string, root = '/proc'): ProcessStat {
  const text = readFileSync(`${root}/${pid}/stat`, 'utf8')
  // The name before may hold anything, brackets and spaces too; what follows its last bracket does not.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const number = (index: number): number => Number(fields[index - 3])
  return {
    state: fields[0] ?? '',
    parent: number(4),
    group: number(5),
    session: number(6),
    terminal: number(7),
    terminalGroup: number(8),
    ownTicks: number(14) + number(15),
    childTicks: number(16) + number(17),
    threads: number(20),
    startedTicks: number(22),
  }
}
