import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** What a cgroup keeps or counts: memory, the number of threads, CPU time. */
export type Controller = 'memory' | 'pids' | 'cpuacct'

/** A hierarchy of cgroups, and where this process is in it. */
export interface Hierarchy {
  readonly version: 1 | 2
  /** Of version 1: what it is for. In version 2 each folder tells that itself. */
  readonly controllers: readonly Controller[]
  /** Where it is mounted. */
  readonly root: string
  /** The folder of this process. */
  readonly folder: string
}

/** The hierarchies that this process can see its own folder in. */
export function findHierarchies(): readonly Hierarchy[] {
  try {
    return parseHierarchies(
      readFileSync('/proc/self/mountinfo', 'utf8'),
      readFileSync('/proc/self/cgroup', 'utf8'),
    )
  } catch {
    // Kernels without cgroups.
    return []
  }
}

/** Reads the forms of `/proc/PID/mountinfo` and `/proc/PID/cgroup` (cgroups(7)). */
export function parseHierarchies(mounts: string, memberships: string): readonly Hierarchy[] {
  const paths = [...memberships.matchAll(/^\d+:([^:\n]*):(\/.*)$/gm)].map(
    ([, controllers = '', path = '/']) => ({ names: controllers.split(','), path }),
  )
  return [...mounts.matchAll(mountPattern)].flatMap(
    ([, top = '/', root = '/', type = '', options = '']): readonly Hierarchy[] => {
      const version = type === 'cgroup2' ? 2 : 1
      const names = version === 2 ? [''] : options.split(',').filter(isController)
      const own = paths.find((each) => names.some((name) => each.names.includes(name)))
      if (own === undefined) return []
      const inside = relative(top, own.path)
      // The mount shows another part than the one that this process is in; from a namespace, one above it begins with `/..`.
      if ([top, own.path, `/${inside}`].some((path) => /^\/\.\.(?:\/|$)/.test(path))) return []
      return [
        { version, controllers: names.filter(isController), root, folder: join(root, inside) },
      ]
    },
  )
}

// Its root in the hierarchy, the place, the type and the options of the file system (proc_pid_mountinfo(5)).
const mountPattern = /^\d+ \d+ \S+ (\S+) (\S+) .*? - (cgroup2?) \S+ (\S+)$/gm

function isController(name: string): name is Controller {
  return name === 'memory' || name === 'pids' || name === 'cpuacct'
}
