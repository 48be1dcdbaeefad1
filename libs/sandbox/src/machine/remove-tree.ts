import { constants } from 'node:fs'
import { chmod, open, readdir, rename, rmdir, unlink, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { errorCode } from '@mb/kernel'

/**
 * Removes a folder that hostile programs wrote in, with all that it holds.
 *
 * Each step goes by the descriptor of the folder that it is taken in, as unlinkat(2) does: a link that is put in the place of a folder
 * meanwhile leads nowhere. Folders that are closed to their owner are opened, and those that lie deeper moved up first: that needs
 * three descriptors, whatever the depth.
 *
 * @throws Error where something is left, as where somebody still writes in it
 */
export async function removeTree(path: string): Promise<void> {
  await using parent = await open(dirname(path), pathOnly)
  const place = within(parent, basename(path))
  await using top = await openFolder(place)
  if (top === undefined) return
  let moved = 0
  for (let names = await list(top); names.length > 0; names = await list(top))
    for (const { name, isFolder } of names) {
      const each = within(top, name)
      if (!isFolder) await unlessGone(unlink(each))
      else
        await removeFlat(each, async (inner) => {
          moved += 1
          // To move a folder writes to it, since ".." in it is another one then: it has to be open to its owner.
          await using opened = await openFolder(inner)
          if (opened === undefined) return
          await rename(inner, within(top, `moved-${process.pid}-${moved}`))
        })
    }
  await unlessGone(rmdir(place))
}

/** Removes a folder; those that lie in it are given away. */
async function removeFlat(path: string, giveAway: (inner: string) => Promise<void>): Promise<void> {
  await using folder = await openFolder(path)
  if (folder === undefined) return
  for (const { name, isFolder } of await list(folder)) {
    const each = within(folder, name)
    await unlessGone(isFolder ? giveAway(each) : unlink(each))
  }
  await unlessGone(rmdir(path))
}

/** Opens a folder, to its owner as well; a link to one is none. */
async function openFolder(path: string): Promise<FileHandle | undefined> {
  const handle = await unlessGone(open(path, pathOnly | constants.O_NOFOLLOW))
  try {
    if (handle !== undefined) await chmod(placeOf(handle), 0o700)
    return handle
  } catch (error) {
    await handle?.close()
    throw error
  }
}

async function list(
  folder: FileHandle,
): Promise<readonly { readonly name: string; readonly isFolder: boolean }[]> {
  const entries = await readdir(placeOf(folder), { withFileTypes: true })
  return entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
}

function within(folder: FileHandle, name: string): string {
  return join(placeOf(folder), name)
}

function placeOf({ fd }: FileHandle): string {
  return `/proc/self/fd/${fd}`
}

/** Another host may sweep the same. */
async function unlessGone<T>(step: Promise<T>): Promise<T | undefined> {
  try {
    return await step
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    return undefined
  }
}

// O_PATH (fcntl.h): a descriptor that needs no right to read.
const pathOnly = 0o1000_0000 | constants.O_DIRECTORY
