import { readFileSync } from 'node:fs'

/** Gives the fields of `/proc/PID/status`. */
export type ReadStatus = (pid: number | 'self') => ReadonlyMap<string, string>

/** Reads each status file once: the program stands still, and the rest of what is read of it does not change. */
export function statusReader(): ReadStatus {
  const known = new Map<number | 'self', ReadonlyMap<string, string>>()
  return (pid) => {
    const status = known.get(pid) ?? parseStatus(readFileSync(`/proc/${pid}/status`, 'utf8'))
    known.set(pid, status)
    return status
  }
}

function parseStatus(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()]
    }),
  )
}
