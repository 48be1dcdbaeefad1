import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isInside } from '@mb/kernel'
import { readStat } from '../../machine/process-stat.ts'
import { removeTree } from '../../machine/remove-tree.ts'

/** A folder of the host for one jail, closed to other users. */
export interface Scratch {
  readonly home: string
  readonly temporary: string
  /** A file that no grant covers, where there is a place for one. */
  readonly canary: string | undefined
  readonly remove: () => Promise<void>
}

/**
 * Makes the scratch space of a jail, beside all grants where there is such a place.
 *
 * @param granted what the program can see
 */
export function makeScratch(granted: readonly string[]): Scratch {
  sweepOnce()
  const isApart = (folder: string): boolean => !granted.some((path) => isInside(path, folder))
  const base = places().find((folder) => isApart(folder)) ?? tmpdir()
  const path = mkdtempSync(join(base, `${prefix}${ownMark()}-`))
  const [home, temporary, canary] = ['home', 'tmp', 'canary'].map((name) => join(path, name))
  if (home === undefined || temporary === undefined || canary === undefined) throw new TypeError()
  mkdirSync(home)
  mkdirSync(temporary)
  if (isApart(path)) writeFileSync(canary, 'canary')
  return {
    home,
    temporary,
    canary: isApart(path) ? canary : undefined,
    remove: () => removeTree(path),
  }
}

const prefix = 'mb-jail-'

/** Where programs keep what is temporary, those in memory last. */
function places(): readonly string[] {
  return [tmpdir(), '/var/tmp', '/dev/shm'].filter((folder) => isWritable(folder))
}

function isWritable(folder: string): boolean {
  const facts = lstatSync(folder, { throwIfNoEntry: false })
  if (facts === undefined || !facts.isDirectory()) return false
  const { uid, mode } = facts
  return uid === process.getuid?.() || (mode & 0o1002) === 0o1002
}

/** The process that makes it, in words that no other process has at any time: its namespace, its number and when it began. */
function ownMark(): string {
  return [processNamespace(), process.pid, readStat('self').startedTicks].join('-')
}

function processNamespace(): string {
  return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0'
}

let isSwept = false

/** Takes away what hosts left that were killed. It is done by whoever comes next, once in each process. */
function sweepOnce(): void {
  if (isSwept) return
  isSwept = true
  const namespace = processNamespace()
  for (const place of places())
    for (const name of readdirSync(place).filter((each) => each.startsWith(prefix))) {
      const [owner, pid = '', started = ''] = name.slice(prefix.length).split('-')
      const path = join(place, name)
      if (owner === namespace && !isRunning(pid, started) && isOurs(path))
        // It is in nobody's way: when it cannot be taken away, the next one tries again.
        removeTree(path).catch(() => {})
    }
}

function isRunning(pid: string, started: string): boolean {
  try {
    return String(readStat(pid).startedTicks) === started
  } catch {
    return false
  }
}

function isOurs(path: string): boolean {
  const facts = lstatSync(path, { throwIfNoEntry: false })
  return facts?.isDirectory() === true && facts.uid === process.getuid?.()
}
