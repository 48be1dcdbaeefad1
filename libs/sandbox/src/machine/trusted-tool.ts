import { lstatSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'

/** A program of the system that nobody but root could have changed. */
export interface TrustedTool {
  readonly path: string
  readonly changedMs: number
  readonly inode: number
  readonly setuid: boolean
}

/**
 * Finds a program in the places of the system, never on PATH: whoever can write to a folder on it would choose what
 * builds the sandbox. The file and each folder above it have to belong to root and be closed to others.
 */
export function findTrusted(name: string): TrustedTool | undefined {
  for (const folder of ['/usr/bin', '/bin', '/usr/local/bin']) {
    const tool = findTrustedFile(`${folder}/${name}`)
    if (tool !== undefined) return tool
  }
  return undefined
}

/** The program in a place, where nobody but root could have changed it. */
export function findTrustedFile(place: string): TrustedTool | undefined {
  try {
    const path = realpathSync(place)
    const facts = lstatSync(path)
    if (!facts.isFile() || (facts.mode & 0o111) === 0) return undefined
    for (let part = path; ; part = dirname(part)) {
      const { uid, mode } = lstatSync(part)
      // In a user namespace the files of the real root may show as those of nobody; then this is no trusted place.
      if (uid !== 0 || (mode & 0o022) !== 0) return undefined
      if (part === '/') break
    }
    return {
      path,
      changedMs: facts.mtimeMs,
      inode: facts.ino,
      setuid: (facts.mode & 0o6000) !== 0,
    }
  } catch {
    return undefined
  }
}
