import { accessSync, constants, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findHierarchies, type Controller, type Hierarchy } from './hierarchies.ts'

/** A folder of cgroups in which this process may make one, and what that one can keep. */
export interface Place {
  readonly version: 1 | 2
  readonly folder: string
  readonly controllers: readonly Controller[]
  /** Whether it is a scope that systemd made for one run, and takes away. */
  readonly isScope?: boolean
}

/** Where a run can get a cgroup of its own. Nothing of the system's is changed for that. */
export function findPlaces(
  hierarchies: readonly Hierarchy[] = findHierarchies(),
): readonly Place[] {
  return hierarchies.flatMap((hierarchy) => {
    const place = hierarchy.version === 1 ? placeBelow(hierarchy) : placeBeside(hierarchy)
    return place !== undefined && place.controllers.length > 0 ? [place] : []
  })
}

/** Below this process, so that what holds it holds its programs too. */
function placeBelow({ folder, controllers }: Hierarchy): Place | undefined {
  return isOurs(folder) ? { version: 1, folder, controllers } : undefined
}

/**
 * In version 2 a folder holds processes or hands on controllers, not both: the nearest one above that hands them on. A limit
 * that somebody has set on the way up stays one: then there is no place.
 */
function placeBeside({ root, folder }: Hierarchy): Place | undefined {
  for (let at = folder; at.startsWith(root); at = dirname(at)) {
    const controllers = handedOn(at)
    if (controllers.includes('memory') || controllers.includes('pids'))
      return isOurs(at) ? { version: 2, folder: at, controllers } : undefined
    if (isLimited(at)) return undefined
  }
  return undefined
}

/** The first folder with a limit, from this process up to one that is shared. */
export function findLimited(
  { root, folder }: Pick<Hierarchy, 'root' | 'folder'>,
  isShared: (folder: string) => boolean,
): string | undefined {
  for (let at = folder; at.startsWith(root) && !isShared(at); at = dirname(at))
    if (isLimited(at)) return at
  return undefined
}

/** What a folder of version 2 hands on to those in it. */
export function handedOn(folder: string): readonly Controller[] {
  const names = read(join(folder, 'cgroup.subtree_control'))?.trim().split(' ') ?? []
  const kept = (['memory', 'pids'] as const).filter((name) => names.includes(name))
  // It counts CPU time in each folder, whatever is handed on.
  return kept.length === 0 ? [] : [...kept, 'cpuacct']
}

function isLimited(folder: string): boolean {
  return ['memory.max', 'memory.high', 'cpu.max'].some(
    (name) => !/^max\b/.test(read(join(folder, name)) ?? 'max'),
  )
}

/** To move a process needs the right to write to the folder that both its cgroups are in. */
function isOurs(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    accessSync(join(folder, 'cgroup.procs'), constants.W_OK)
    return true
  } catch {
    return false
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
