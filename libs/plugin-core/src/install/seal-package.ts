import { constants } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { syncDirectory } from '@mb/kernel'
import { Gate } from '../resolve/gate.ts'

/**
 * Makes the files of a package read-only and flushes them and their folders to disk, so that the rename that makes
 * the package real never makes half of one real.
 */
export async function sealPackage(directory: string): Promise<void> {
  const gate = new Gate(mostAtOnce)
  const sealFolder = async (folder: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true })
    const files = entries.filter((entry) => !entry.isDirectory())
    await Promise.all(files.map(({ name }) => gate.through(() => sealFile(join(folder, name)))))
    for (const entry of entries) if (entry.isDirectory()) await sealFolder(join(folder, entry.name))
    await syncDirectory(folder)
  }
  await sealFolder(directory)
}

// A disk that is asked to write down one file at a time takes as many turns as there are files.
const mostAtOnce = 32

async function sealFile(path: string): Promise<void> {
  await using file = await open(path, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0))
  const { mode } = await file.stat()
  await file.chmod((mode & 0o100) === 0 ? 0o444 : 0o555)
  await file.sync()
}
