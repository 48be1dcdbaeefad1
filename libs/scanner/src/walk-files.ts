import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ScanFault } from './finding.ts'
import type { ScanLimits } from './scan-limits.ts'

/** A regular file of a folder. */
export interface FoundFile {
  /** From the folder, with `/`. */
  readonly path: string
  readonly bytes: number
}

/** The files of a folder, and what in it is none. */
export interface FoundFiles {
  readonly files: readonly FoundFile[]
  readonly errors: readonly ScanFault[]
}

/** Lists a folder without following a link; what is no file cannot be judged, and is an error. */
export async function walkFiles(directory: string, limits: ScanLimits): Promise<FoundFiles> {
  const files: FoundFile[] = []
  const errors: ScanFault[] = []
  let bytes = 0
  const walk = async (folder: string, depth: number): Promise<void> => {
    if (depth > limits.maxDepth) {
      errors.push({ file: folder, message: `Cannot look deeper than ${limits.maxDepth} folders` })
      return
    }
    const names = await readdir(join(directory, folder))
    for (const name of names.toSorted()) {
      if (files.length >= limits.maxFiles || bytes > limits.maxBytes) return
      const path = folder === '' ? name : `${folder}/${name}`
      const facts = await lstat(join(directory, path))
      if (facts.isDirectory()) await walk(path, depth + 1)
      else if (facts.isFile()) {
        files.push({ path, bytes: facts.size })
        bytes += facts.size
      } else errors.push({ file: path, message: 'Cannot look at it: it is no regular file' })
    }
  }
  await walk('', 0)
  if (files.length >= limits.maxFiles)
    errors.push({ message: `Cannot look at more than ${limits.maxFiles} files` })
  if (bytes > limits.maxBytes)
    errors.push({ message: `Cannot look at more than ${limits.maxBytes} bytes` })
  return { files, errors }
}
