import { constants } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { syncDirectory } from '@mb/kernel'

/**
 * Makes the files of a package read-only and flushes them and their folders to disk, so that the rename that makes
 * the package real never makes half of one real.
 */
export async function sealPackage(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) await sealPackage(path)
    else await sealFile(path)
  }
  await syncDirectory(directory)
}

async function sealFile(path: string): Promise<void> {
  await using file = await open(path, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0))
  const { mode } = await file.stat()
  await file.chmod((mode & 0o100) === 0 ? 0o444 : 0o555)
  await file.sync()
}
