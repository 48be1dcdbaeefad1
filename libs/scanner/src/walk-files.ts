import { lstat, readdir, realpath } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { neutralText } from '@mb/manifest'
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
  /** Links to one of the files, which may give it another name. */
  readonly links: readonly { readonly path: string; readonly target: string }[]
  readonly errors: readonly ScanFault[]
}

/**
 * Lists a folder. A link to something in it adds nothing to judge; anything else that is no file cannot be judged, and
 * is an error.
 */
export async function walkFiles(directory: string, limits: ScanLimits): Promise<FoundFiles> {
  const walk = new Walk(directory, limits)
  await walk.folder('', 0)
  return walk
}

class Walk implements FoundFiles {
  readonly files: FoundFile[] = []
  readonly links: { path: string; target: string }[] = []
  readonly errors: ScanFault[] = []
  readonly #directory: string
  readonly #limits: ScanLimits
  #bytes = 0

  constructor(directory: string, limits: ScanLimits) {
    this.#directory = directory
    this.#limits = limits
  }

  /** Lists a folder; false when a limit ended the walk. */
  async folder(folder: string, depth: number): Promise<boolean> {
    const { maxDepth } = this.#limits
    if (depth > maxDepth) return this.#fault(folder, `Cannot look deeper than ${maxDepth} folders`)
    const names = await readdir(join(this.#directory, folder))
    for (const name of names.toSorted()) {
      const path = folder === '' ? name : `${folder}/${name}`
      const facts = await lstat(join(this.#directory, path))
      if (facts.isDirectory()) {
        if (!(await this.folder(path, depth + 1))) return false
      } else if (facts.isSymbolicLink()) await this.#link(path)
      else if (!facts.isFile()) this.#fault(path, 'Cannot look at it: it is no regular file')
      else if (!this.#add({ path, bytes: facts.size })) return false
    }
    return true
  }

  async #link(path: string): Promise<void> {
    const root = await realpath(this.#directory)
    try {
      const target = relative(root, await realpath(join(this.#directory, path)))
      if (target !== '..' && !target.startsWith(`..${sep}`)) {
        this.links.push({ path, target: target.replaceAll(sep, '/') })
        return
      }
    } catch {
      // It leads nowhere, or in a circle.
    }
    this.#fault(path, 'Cannot look at it: it links to something outside')
  }

  #add(file: FoundFile): boolean {
    const { maxFiles, maxBytes } = this.#limits
    if (this.files.length >= maxFiles)
      return this.#fault(undefined, `Cannot look at more than ${maxFiles} files`)
    this.#bytes += file.bytes
    if (this.#bytes > maxBytes)
      return this.#fault(undefined, `Cannot look at more than ${maxBytes} bytes`)
    this.files.push(file)
    return true
  }

  #fault(file: string | undefined, message: string): false {
    this.errors.push(file === undefined ? { message } : { file: neutralText(file, 255), message })
    return false
  }
}
