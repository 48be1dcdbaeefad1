import {
  closeSync,
  constants,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  type Dirent,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { plainName } from './plain-name.ts'

const maxDepth = 4
const maxFolders = 400

/**
 * The repositories below a folder: each `.git`, folder or file, and each bare one. What is near comes first, and of large trees the
 * far ends are left out: a look at everything would take longer than most programs run.
 */
export function findRepositories(root: string): readonly string[] {
  const found: string[] = []
  const queue = [{ folder: root, depth: 0 }]
  for (let visited = 0; visited < maxFolders; visited += 1) {
    const next = queue.shift()
    if (next === undefined) break
    const { folder, depth } = next
    const entries = list(folder)
    const names = new Set(entries.map(({ name }) => name))
    if (depth > 0 && ['HEAD', 'objects', 'refs'].every((name) => names.has(name))) {
      found.push(folder)
      continue
    }
    for (const entry of entries) {
      const path = join(folder, entry.name)
      const plain = plainName(entry.name)
      if (plain === '.git') found.push(path)
      else if (entry.isDirectory() && plain !== 'node_modules' && depth < maxDepth)
        queue.push({ folder: path, depth: depth + 1 })
    }
  }
  return found
}

/** The folder that a `.git` file names, as a worktree and a submodule have one (gitrepository-layout(5)); without links. */
export function namedRepository(file: string): string | undefined {
  try {
    const named = /^gitdir: (.+?)\s*$/m.exec(readStart(file))?.[1]
    return named === undefined ? undefined : realpathSync.native(resolve(file, '..', named))
  } catch {
    return undefined
  }
}

function list(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    // What this user cannot list, the program can neither.
    return []
  }
}

/** A file of git's own holds one line; a stranger's may be of any size, or a pipe, at which nobody ever writes. */
function readStart(file: string): string {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const bytes = Buffer.alloc(4096)
    return bytes.toString('utf8', 0, readSync(descriptor, bytes))
  } finally {
    closeSync(descriptor)
  }
}
