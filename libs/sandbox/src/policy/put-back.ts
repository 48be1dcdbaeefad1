import { lstatSync, readlinkSync, renameSync, symlinkSync, type Stats } from 'node:fs'
import type { GuardedName } from './cover.ts'

/**
 * Puts back what guarded names were. What took their place is moved aside, where nothing runs it.
 *
 * @returns the paths of those that had been changed
 */
export function putBack(names: readonly GuardedName[]): readonly string[] {
  const changed = names.filter((name) => !isUnchanged(name))
  for (const name of changed) restore(name)
  return changed.map(({ path }) => path)
}

function isUnchanged({ path, target }: GuardedName): boolean {
  const facts = find(path)
  if (target === undefined) return facts === undefined
  return facts?.isSymbolicLink() === true && readlinkSync(path) === target
}

function restore({ path, target }: GuardedName): void {
  try {
    if (find(path) !== undefined) renameSync(path, freeName(path))
    if (target !== undefined) symlinkSync(target, path)
  } catch {
    // The folder itself is gone or closed: that it was changed is told all the same.
  }
}

function freeName(path: string): string {
  for (let number = 1; ; number += 1) {
    const name = `${path}.refused-${number}`
    if (find(name) === undefined) return name
  }
}

function find(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}
