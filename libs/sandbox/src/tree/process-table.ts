import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** One line of ps(1). */
export interface ProcessLine {
  readonly pid: number
  readonly parent: number
  readonly residentBytes: number
  readonly cpuMs: number
}

/** What a process and everything below it use. */
export interface TreeUse {
  readonly pids: readonly number[]
  readonly residentBytes: number
  readonly cpuMs: number
}

/** Reads all processes of the machine, on any system with a ps(1) of POSIX. */
export async function readTable(): Promise<readonly ProcessLine[]> {
  const { stdout } = await promisify(execFile)(
    '/bin/ps',
    ['-A', '-o', 'pid=', '-o', 'ppid=', '-o', 'rss=', '-o', 'time='],
    { env: { LC_ALL: 'C' }, timeout: 5000, maxBuffer: 16 * 1024 * 1024 },
  )
  return parseTable(stdout)
}

/** Reads the form in which ps(1) writes; what has another is no process. */
export function parseTable(text: string): readonly ProcessLine[] {
  const lines = text.matchAll(/^ *(\d+) +(\d+) +(\d+) +([\d:.-]+) *$/gm)
  return [...lines].map(([, pid, parent, kilobytes, time = '']) => ({
    pid: Number(pid),
    parent: Number(parent),
    residentBytes: Number(kilobytes) * 1024,
    cpuMs: parseTime(time),
  }))
}

/** Adds up a process and what it started, as far as no process between them has ended. */
export function sumTree(table: readonly ProcessLine[], root: number): TreeUse {
  const childrenOf = Map.groupBy(table, ({ parent }) => parent)
  const found = new Map<number, ProcessLine>()
  const pending = table.filter(({ pid }) => pid === root)
  for (let line = pending.pop(); line !== undefined; line = pending.pop()) {
    if (found.has(line.pid)) continue
    found.set(line.pid, line)
    pending.push(...(childrenOf.get(line.pid) ?? []))
  }
  const all = [...found.values()]
  return {
    pids: [...found.keys()],
    residentBytes: all.reduce((sum, { residentBytes }) => sum + residentBytes, 0),
    cpuMs: all.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
  }
}

/** `[[days-]hours:]minutes:seconds`, with hundredths on some systems. */
function parseTime(text: string): number {
  const [clock = '', days = '0'] = text.split('-').toReversed()
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
  return Math.round((Number(days) * 86_400 + seconds) * 1000)
}
