import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'

/** Everything below a folder: kind, mode, size, path and digest of each; empty when there is no such folder. */
export async function listing(root: string): Promise<readonly string[]> {
  const paths = await readdir(root, { recursive: true }).catch(() => [])
  const sorted = paths.toSorted((a, b) => (a < b ? -1 : 1))
  return Promise.all(sorted.map((path) => line(root, path)))
}

async function line(root: string, path: string): Promise<string> {
  const file = join(root, path)
  const facts = await lstat(file)
  const mode = (facts.mode & 0o7777).toString(8)
  if (facts.isDirectory()) return `d${mode} 0 ${path}`
  if (facts.isSymbolicLink()) return `l${mode} 0 ${path} -> ${await readlink(file)}`
  if (!facts.isFile()) return `s${mode} 0 ${path}`
  const digest = createHash('sha256').update(await readFile(file))
  return `f${mode} ${facts.size} ${path} ${digest.digest('hex')}`
}
