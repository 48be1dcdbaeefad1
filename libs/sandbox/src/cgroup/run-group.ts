import { threadLimit, type SandboxLimits } from '../limits.ts'
import { findPlaces, type Place } from './find-places.ts'
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
  readonly #limits: SandboxLimits
  readonly #wanted: readonly Controller[]
  #folders: readonly GroupFolder[] = []

  constructor(limits: SandboxLimits, wanted: readonly Controller[]) {
    this.#limits = limits
    this.#wanted = wanted
  }

  /**
   * Makes what the limits can be kept by here, and gives the folders that a process has to be entered in.
   *
   * @param loader what the process will come from, where systemd can hand it over
   */
  async make(loader: number | undefined): Promise<readonly string[]> {
    const name = nextGroupName()
    const places = await findPlacesFor(this.#wanted, loader)
    this.#folders = places.flatMap(
      (place) => makeFolder(place, name, this.#wanted, this.#limits) ?? [],
    )
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
    return folder && `cgroup v${folder.version}${folder.isInScope ? ' in a systemd scope' : ''}`
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

/** The cgroups for a run with these limits; undefined where nothing has to be kept. */
export function runGroupFor(limits: SandboxLimits): RunGroup | undefined {
  const wanted = wantedControllers(limits)
  return wanted.length === 0 ? undefined : new RunGroup(limits, wanted)
}

/** Folders of this user's own, and where those cannot keep what is to be kept, a scope that systemd makes. */
async function findPlacesFor(
  wanted: readonly Controller[],
  loader: number | undefined,
): Promise<readonly Place[]> {
  const places = findPlaces()
  if (loader === undefined || !needsScope(wanted, places)) return places
  const { startScope } = await import('./user-scope.ts')
  const outcome = await startScope(loader)
  return outcome.status === 'made' ? [outcome.place] : places
}

/** Whether folders cannot keep what a scope could. To count CPU time alone is not worth one. */
export function needsScope(wanted: readonly Controller[], places: readonly Place[]): boolean {
  const kept = new Set(places.flatMap(({ controllers }) => controllers))
  return wanted.some((controller) => controller !== 'cpuacct' && !kept.has(controller))
}

function wantedControllers(limits: SandboxLimits): readonly Controller[] {
  const { memoryBytes, cpuSeconds } = limits
  const needed: readonly Controller[] = [
    ...(memoryBytes === undefined ? [] : ['memory' as const]),
    ...(threadLimit(limits) === undefined ? [] : ['pids' as const]),
  ]
  return needed.length === 0 && cpuSeconds === undefined ? [] : [...needed, 'cpuacct']
}
