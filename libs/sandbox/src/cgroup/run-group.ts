import { threadLimit, type SandboxLimits } from '../limits.ts'
import { findPlaces } from './find-places.ts'
import {
  holds,
  makeFolder,
  readCpuMs,
  readKilled,
  readPeak,
  readRefused,
  removeAll,
  type GroupFolder,
} from './group-folder.ts'
import { nextGroupName } from './group-name.ts'
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
      peakBytes: memory && readPeak(memory),
      killed: (memory && readKilled(memory)) ?? 0,
      refused: (pids && readRefused(pids)) ?? 0,
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
