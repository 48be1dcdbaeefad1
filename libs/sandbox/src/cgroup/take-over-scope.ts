import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { handedOn, type Place } from './find-places.ts'
import { parseHierarchies } from './hierarchies.ts'

/**
 * Makes a place for cgroups of the scope that a loader was put in.
 *
 * In version 2 a folder holds processes or hands on controllers: the loader goes into one of its own, and leaves room beside.
 */
export function takeOverScope(name: string, loader: number): Place {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
  const hierarchies = parseHierarchies(mounts, readFileSync(`/proc/${loader}/cgroup`, 'utf8'))
  const scope = hierarchies.find(({ version }) => version === 2)?.folder ?? ''
  if (basename(scope) !== name) throw new Error(`process ${loader} is in ${scope}`)
  const own = join(scope, 'loader')
  mkdirSync(own)
  write(join(own, 'cgroup.procs'), String(loader))
  for (const controller of ['memory', 'pids']) handOn(scope, controller)
  const controllers = handedOn(scope)
  if (controllers.length === 0) throw new Error('it was given neither memory nor pids')
  return { version: 2, folder: scope, controllers, isScope: true }
}

/** Each by itself: the manager may have been given one and not the other. */
function handOn(scope: string, controller: string): void {
  try {
    write(join(scope, 'cgroup.subtree_control'), `+${controller}`)
  } catch {
    // Then it is not in the list that is read next.
  }
}

function write(path: string, text: string): void {
  writeFileSync(path, text, { flag: 'r+' })
}
