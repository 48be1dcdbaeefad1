import { lstatSync, readlinkSync, realpathSync } from 'node:fs'
import { join, relative } from 'node:path'
import { lookAtSettled } from './look-at.ts'
import { isPlaceholder } from './placeholder.ts'

/** What there is on the way to a place below a folder. */
export type FoundPlace =
  /** The place itself, or a file where a folder would have to be. */
  | {
      readonly kind: 'present'
      readonly path: string
      readonly directory: boolean
      readonly device: number
      readonly inode: number
    }
  /** The first name on the way that there is not: whoever makes it makes the place. */
  | { readonly kind: 'absent'; readonly path: string }
  /** A link on the way, what it says, and what it leads to, where that exists. */
  | {
      readonly kind: 'link'
      readonly path: string
      readonly target: string
      readonly real: string | undefined
    }

/** Goes from a folder without links to a place below it, name by name, and through no link. */
export function findPlace(root: string, place: string): FoundPlace {
  const names = relative(root, place).split('/')
  let path = root
  for (const [index, name] of names.entries()) {
    path = join(path, name)
    const facts = lstatSync(path, { throwIfNoEntry: false })
    if (facts === undefined || isPlaceholder(path, facts)) return { kind: 'absent', path }
    if (facts.isSymbolicLink())
      return { kind: 'link', path, target: readlinkSync(path), real: follow(path) }
    const isLast = index === names.length - 1
    if (isLast || !facts.isDirectory()) return presentAt(path)
  }
  throw new RangeError(`Cannot look for "${place}": it does not lie below "${root}"`)
}

function presentAt(path: string): FoundPlace & { readonly kind: 'present' } {
  const facts = lookAtSettled(path)
  const { dev: device, ino: inode } = facts
  return { kind: 'present', path, directory: facts.isDirectory(), device, inode }
}

function follow(path: string): string | undefined {
  try {
    return realpathSync.native(path)
  } catch {
    return undefined
  }
}
