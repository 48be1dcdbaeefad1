import { readStat } from '../machine/process-stat.ts'

/** Whether this process may read the terminal: what the shell put in the background may not, until it is fetched. */
export function isInForeground(): boolean {
  const { terminal, group, terminalGroup } = readStat('self')
  return terminal === 0 || group === terminalGroup
}
