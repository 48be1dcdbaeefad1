import { lstatSync, mkdtempSync, readdirSync, readlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readStat } from './process-stat.ts'
import { removeTree } from './remove-tree.ts'

/** What a folder is for. */
export type OwnFolderKind = 'image' | 'jail' | 'probe' | 'view'

/**
 * Makes a folder for a while, closed to other users. What a process leaves that is killed is taken away by the next one that makes any.
 *
 * @param base one of {@link temporaryPlaces}
 */
export function makeOwnFolder(kind: OwnFolderKind, base: string = tmpdir()): string {
  sweepOnce()
  return mkdtempSync(join(base, `mb-${kind}-${ownMark()}-`))
}

/** Where programs keep what is temporary, those in memory last. */
export function temporaryPlaces(): readonly string[] {
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

function sweepOnce(): void {
  if (isSwept) return
  isSwept = true
  const namespace = processNamespace()
  for (const place of temporaryPlaces())
    for (const name of readdirSync(place)) {
      const [, owner, pid = '', started = ''] = named.exec(name) ?? []
      const path = join(place, name)
      if (owner === namespace && !isRunning(pid, started) && isOurs(path))
        // It is in nobody's way: when it cannot be taken away, the next one tries again.
        removeTree(path).catch(() => {})
    }
}

const named = /^mb-(?:image|jail|probe|view)-(\d+)-(\d+)-(\d+)-/

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
