import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  opendirSync,
  readSync,
  realpathSync,
  statSync,
  type Dirent,
  type Stats,
} from 'node:fs'
import { isInside } from '@mb/kernel'
import type { Budget } from './budget.ts'

// All of it at once and not by promises: there are thousands of files, and another thread takes ten times as long for each.

/** What is at a path, links not followed; undefined for nothing, and for what may not be looked at. */
export function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

/** As {@link lookAt}, links followed. */
export function lookBehind(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

/** What tells that a file is still the one that it was. */
export function stampOf({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string {
  return `${dev}:${ino}:${size}:${mtimeMs}:${ctimeMs}`
}

/**
 * The entries of a folder in order of their names, as far as the budget goes.
 *
 * @throws what the system says of a folder that cannot be read
 */
export function entriesOf(folder: string, budget: Budget): readonly Dirent[] {
  const entries: Dirent[] = []
  const open = opendirSync(folder, { bufferSize: 256 })
  try {
    for (;;) {
      const entry = budget.isSpent ? null : open.readSync()
      if (entry === null) break
      budget.takeEntry()
      entries.push(entry)
    }
  } finally {
    open.closeSync()
  }
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** What an entry is, a link followed as far as it stays inside a folder. */
export function kindOf(
  entry: Dirent,
  path: string,
  bound: string,
): 'folder' | 'file' | 'outside' | 'other' {
  if (entry.isDirectory()) return 'folder'
  if (entry.isFile()) return 'file'
  if (!entry.isSymbolicLink()) return 'other'
  try {
    const real = realpathSync(path)
    if (!isInside(bound, real)) return 'outside'
    const facts = statSync(real)
    if (facts.isDirectory()) return 'folder'
    return facts.isFile() ? 'file' : 'other'
  } catch {
    // Links to nothing, and links that lead in a circle, hold no plugin.
    return 'other'
  }
}

/**
 * The bytes of a plain file that is not too large; what somebody put in its place is not waited for, and no link is
 * followed.
 *
 * @returns undefined for what is no such file
 */
export function readSmall(path: string, maxBytes: number): Buffer | undefined {
  try {
    return readPlain(path, maxBytes)
  } catch {
    return undefined
  }
}

/**
 * As {@link readSmall}.
 *
 * @throws what the system says; `EFBIG` for what is too large
 */
export function readPlain(path: string, maxBytes: number): Buffer {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  const file = openSync(path, flags)
  try {
    const facts = fstatSync(file)
    if (!facts.isFile()) throw failure('EINVAL', path)
    if (facts.size > maxBytes) throw failure('EFBIG', path)
    const buffer = Buffer.allocUnsafe(facts.size)
    let length = 0
    while (length < buffer.length) {
      const read = readSync(file, buffer, length, buffer.length - length, length)
      if (read === 0) break
      length += read
    }
    return buffer.subarray(0, length)
  } finally {
    closeSync(file)
  }
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: "${path}"`), { code })
}
