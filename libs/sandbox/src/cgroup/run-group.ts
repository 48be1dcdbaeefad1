import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { errorCode } from '@mb/kernel'
import { threadLimit, type SandboxLimits } from '../limits.ts'
import { findPlaces, type Place } from './find-places.ts'
import { nextGroupName, sweepGroups } from './group-name.ts'
import type { Controller } from './hierarchies.ts'

/** What the kernel has counted for a run. What no cgroup counts is absent. */
export interface GroupAccount {
  readonly cpuMs?: number | undefined
  /** With file pages, which count until the kernel drops them. */
  readonly peakBytes?: number | undefined
  /** Processes that were killed because there was no memory left for them. */
  readonly killed: number
  /** Processes and threads that were refused. */
  readonly refused: number
}

/** The cgroups of one run: one in version 2, one for each controller in version 1. */
export class RunGroup {
  #folders: readonly GroupFolder[]

  constructor(folders: readonly GroupFolder[]) {
    this.#folders = folders
  }

  /** Where a process has to be entered to be held by them. */
  get folders(): readonly string[] {
    return this.#folders.map(({ path }) => path)
  }

  /** Forgets those that a process is not in: they hold nothing. */
  async confirm(pid: number): Promise<void> {
    const empty = this.#folders.filter((folder) => !holds(folder, pid))
    this.#folders = this.#folders.filter((folder) => !empty.includes(folder))
    await removeAll(empty)
  }

  /** What keeps or counts something, for people: `cgroup v1`. */
  keeperOf(controller: Controller): string | undefined {
    const folder = this.#findFolder(controller)
    return folder && `cgroup v${folder.version}`
  }

  /** What was counted so far. */
  read(): GroupAccount {
    const [memory, pids, cpu] = [
      this.#findFolder('memory'),
      this.#findFolder('pids'),
      this.#findFolder('cpuacct'),
    ]
    return {
      cpuMs: cpu && readCpuMs(cpu),
      peakBytes: memory && readNumber(memory, memoryFiles[memory.version].peak),
      killed: (memory && readField(memory, memoryFiles[memory.version].events, 'oom_kill')) ?? 0,
      refused: (pids && readField(pids, 'pids.events', 'max')) ?? 0,
    }
  }

  /** Once all in them is gone. What cannot be removed is swept later. */
  async remove(): Promise<void> {
    await removeAll(this.#folders)
    this.#folders = []
  }

  #findFolder(controller: Controller): GroupFolder | undefined {
    return this.#folders.find(({ controllers }) => controllers.includes(controller))
  }
}

/** A cgroup that was made. */
interface GroupFolder {
  readonly version: 1 | 2
  readonly path: string
  readonly controllers: readonly Controller[]
}

const swept = new Set<string>()

/** Makes what the limits of a run can be kept by here; undefined where that is nothing, or nothing has to be kept. */
export function makeRunGroup(limits: SandboxLimits): RunGroup | undefined {
  const wanted = wantedControllers(limits)
  if (wanted.length === 0) return undefined
  const name = nextGroupName()
  const folders = findPlaces().flatMap((place) => makeFolder(place, name, wanted, limits) ?? [])
  return folders.length === 0 ? undefined : new RunGroup(folders)
}

function wantedControllers(limits: SandboxLimits): readonly Controller[] {
  const { memoryBytes, cpuSeconds } = limits
  const needed: readonly Controller[] = [
    ...(memoryBytes === undefined ? [] : ['memory' as const]),
    ...(threadLimit(limits) === undefined ? [] : ['pids' as const]),
  ]
  return needed.length === 0 && cpuSeconds === undefined ? [] : [...needed, 'cpuacct']
}

function makeFolder(
  place: Place,
  name: string,
  wanted: readonly Controller[],
  limits: SandboxLimits,
): GroupFolder | undefined {
  const controllers = place.controllers.filter((each) => wanted.includes(each))
  if (controllers.length === 0) return undefined
  const folder = { version: place.version, path: join(place.folder, name), controllers }
  try {
    if (!swept.has(place.folder)) sweepGroups(place.folder)
    swept.add(place.folder)
    mkdirSync(folder.path)
  } catch {
    return undefined
  }
  try {
    for (const controller of controllers) setLimit(folder, controller, limits)
    return folder
  } catch {
    // Whatever it cannot keep, the watchdog does.
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

function write({ path }: GroupFolder, file: string, value: number): void {
  writeFileSync(join(path, file), String(value), { flag: 'r+' })
}

function writeWhere(folder: GroupFolder, file: string, value: number): void {
  if (existsSync(join(folder.path, file))) write(folder, file, value)
}

function holds({ path }: GroupFolder, pid: number): boolean {
  try {
    return readFileSync(join(path, 'cgroup.procs'), 'utf8').split('\n').includes(String(pid))
  } catch {
    return false
  }
}

function readCpuMs(folder: GroupFolder): number | undefined {
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

async function removeAll(folders: readonly GroupFolder[]): Promise<void> {
  await Promise.all(folders.map(({ path }) => removeFolder(path)))
}

/** The kernel lets go of the last process a moment after it was waited for. */
async function removeFolder(path: string): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    try {
      return rmdirSync(path)
    } catch (error) {
      if (errorCode(error) !== 'EBUSY') return
      // oxlint-disable-next-line no-await-in-loop -- it is the wait between two attempts
      await delay(attempt)
    }
  }
}
