import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'

/** All that is in a folder: path, mode, size and hash of each; empty when there is no such folder. */
export async function listing(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory, { recursive: true }).catch(() => undefined)
  if (names === undefined) return []
  const lines = await Promise.all(['', ...names].map(async (name) => describeFile(directory, name)))
  return lines.toSorted()
}

async function describeFile(directory: string, name: string): Promise<string> {
  const path = join(directory, name)
  const facts = await lstat(path)
  const mode = facts.mode.toString(8)
  if (facts.isSymbolicLink()) return `${name} ${mode} → ${await readlink(path)}`
  return facts.isFile()
    ? `${name} ${mode} ${facts.size} ${createHash('sha256')
        .update(await readFile(path))
        .digest('hex')}`
    : `${name} ${mode}`
}
