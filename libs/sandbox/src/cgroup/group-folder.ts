import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { errorCode } from '@mb/kernel'
import { threadLimit, type SandboxLimits } from '../limits.ts'
import type { Place } from './find-places.ts'
import { sweepGroups } from './group-name.ts'
import type { Controller } from './hierarchies.ts'

/** A cgroup that was made. */
export interface GroupFolder {
  readonly version: 1 | 2
  /** Whether systemd made the folder that it lies in, for this run alone. */
  readonly isInScope: boolean
  readonly path: string
  readonly controllers: readonly Controller[]
}

const swept = new Set<string>()

/** Makes a cgroup with what is wanted of the limits; undefined where that fails: whatever it cannot keep, the watchdog does. */
export function makeFolder(
  place: Place,
  name: string,
  wanted: readonly Controller[],
  limits: SandboxLimits,
): GroupFolder | undefined {
  const controllers = place.controllers.filter((each) => wanted.includes(each))
  if (controllers.length === 0) return undefined
  const { version, isScope = false } = place
  const folder = { version, isInScope: isScope, path: join(place.folder, name), controllers }
  try {
    if (!isScope && !swept.has(place.folder)) {
      sweepGroups(place.folder)
      swept.add(place.folder)
    }
    mkdirSync(folder.path)
  } catch {
    return undefined
  }
  try {
    for (const controller of controllers) setLimit(folder, controller, limits)
    return folder
  } catch {
    rmdirSync(folder.path)
    return undefined
  }
}

function setLimit(folder: GroupFolder, controller: Controller, limits: SandboxLimits): void {
  const threads = threadLimit(limits)
  if (controller === 'pids' && threads !== undefined) write(folder, 'pids.max', threads)
  if (controller !== 'memory' || limits.memoryBytes === undefined) return
  const bytes = Math.floor(limits.memoryBytes)
  if (folder.version === 1) {
    write(folder, 'memory.limit_in_bytes', bytes)
    // Of memory and swap together; absent where the kernel does not count swap.
    writeWhere(folder, 'memory.memsw.limit_in_bytes', bytes)
    return
  }
  write(folder, 'memory.max', bytes)
  writeWhere(folder, 'memory.swap.max', 0)
  // One that is killed takes the others along.
  writeWhere(folder, 'memory.oom.group', 1)
}

const memoryFiles = {
  1: { peak: 'memory.max_usage_in_bytes', events: 'memory.oom_control' },
  2: { peak: 'memory.peak', events: 'memory.events' },
} as const

/** The most memory that was charged to it. */
export function readPeak(folder: GroupFolder): number | undefined {
  return readNumber(folder, memoryFiles[folder.version].peak)
}

/** How many processes were killed because there was no memory left for them. */
export function readKilled(folder: GroupFolder): number | undefined {
  return readField(folder, memoryFiles[folder.version].events, 'oom_kill')
}

/** How many processes and threads were refused. */
export function readRefused(folder: GroupFolder): number | undefined {
  return readField(folder, 'pids.events', 'max')
}

function write({ path }: GroupFolder, file: string, value: number): void {
  writeFileSync(join(path, file), String(value), { flag: 'r+' })
}

function writeWhere(folder: GroupFolder, file: string, value: number): void {
  if (existsSync(join(folder.path, file))) write(folder, file, value)
}

/** Whether a process is in it. */
export function holds({ path }: GroupFolder, pid: number): boolean {
  try {
    return readFileSync(join(path, 'cgroup.procs'), 'utf8').split('\n').includes(String(pid))
  } catch {
    return false
  }
}

/** CPU time of all that was in it. */
export function readCpuMs(folder: GroupFolder): number | undefined {
  if (folder.version === 2) {
    const microseconds = readField(folder, 'cpu.stat', 'usage_usec')
    return microseconds === undefined ? undefined : microseconds / 1000
  }
  const nanoseconds = readNumber(folder, 'cpuacct.usage')
  return nanoseconds === undefined ? undefined : nanoseconds / 1_000_000
}

function readNumber(folder: GroupFolder, file: string): number | undefined {
  const text = readText(folder, file)
  return text !== undefined && /^\d+\n$/.test(text) ? Number(text) : undefined
}

/** The number after a name, in a file of one such pair on each line. */
function readField(folder: GroupFolder, file: string, name: string): number | undefined {
  const line = readText(folder, file)
    ?.split('\n')
    .find((each) => each.startsWith(`${name} `))
  return line === undefined ? undefined : Number(line.slice(name.length + 1))
}

function readText({ path }: GroupFolder, file: string): string | undefined {
  try {
    return readFileSync(join(path, file), 'utf8')
  } catch {
    return undefined
  }
}

/** Removes what nobody is in any more. What cannot be removed is swept later. */
export async function removeAll(folders: readonly GroupFolder[]): Promise<void> {
  await Promise.all(folders.map(({ path }) => removeFolder(path)))
}

// Three seconds, for a machine that has much else to do.
const mostAttempts = 160

/** The kernel lets go of the last process a moment after it was waited for. */
async function removeFolder(path: string): Promise<void> {
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    try {
      return rmdirSync(path)
    } catch (error) {
      if (errorCode(error) !== 'EBUSY') return
      // oxlint-disable-next-line no-await-in-loop -- it is the wait between two attempts
      await delay(Math.min(attempt, 20))
    }
  }
}
