import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { chmod, open, readdir, rename, rm, rmdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '@mb/kernel'

/**
 * Removes a folder and all that is in it, whoever wrote it; what is not there is no error. A plugin may be writing to it:
 * no link that takes the place of a folder meanwhile leads out of it, and neither depth nor modes keep it from going.
 */
export async function removeTree(path: string): Promise<void> {
  // No other system gives an open folder a path; plugins are not run there.
  if (process.platform !== 'linux') await rm(path, { recursive: true, force: true })
  else if (!(await removeFile(path))) await removeFolder(path)
}

/** As {@link removeTree}, for what may as well be left to the next one who comes by. Whether it is gone. */
export async function removeIfPossible(path: string): Promise<boolean> {
  try {
    await removeTree(path)
    return true
  } catch (error) {
    if (errorCode(error) === undefined) throw error
    return false
  }
}

// Each level that is gone down to takes an open file; what lies deeper is brought up.
const maxDepth = 32
// Whoever fills it for ever is not run after.
const mostAttempts = 100_000
// Leads to the folder itself without a right to read it (open(2)); Node.js has no name for it.
const onlyPath = 0o10000000
const folderItself = onlyPath | constants.O_DIRECTORY | constants.O_NOFOLLOW

/** A folder on the way down. */
interface Level {
  readonly depth: number
  /** Where folders are brought up to; undefined at the top itself. */
  readonly top?: string
  /** Of all levels together. */
  readonly left: { attempts: number }
}

async function removeFolder(
  path: string,
  level: Level = { depth: 0, left: { attempts: mostAttempts } },
): Promise<void> {
  for (;;) {
    try {
      await emptyFolder(path, level)
      await rmdir(path)
      return
    } catch (error) {
      const code = errorCode(error)
      if (code === 'ENOENT') return
      // A link or a file has taken its place, or something was put in it.
      if (code === 'ENOTDIR' && (await removeFile(path))) return
      level.left.attempts -= 1
      if ((code !== 'ENOTEMPTY' && code !== 'ENOTDIR') || level.left.attempts < 0) throw error
    }
  }
}

async function emptyFolder(path: string, { depth, top, left }: Level): Promise<void> {
  await using folder = await open(path, folderItself)
  const real = `/proc/self/fd/${folder.fd}`
  const { mode } = await folder.stat()
  if ((mode & 0o700) !== 0o700) await chmod(real, 0o700)
  for (const name of await readdir(real)) {
    const place = join(real, name)
    if (await removeFile(place)) continue
    if (depth === maxDepth && top !== undefined) await bringUp(place, top)
    else await removeFolder(place, { depth: depth + 1, top: top ?? real, left })
  }
}

/** Moves a folder to the top, where it is found on the next look. */
async function bringUp(path: string, top: string): Promise<void> {
  {
    await using folder = await open(path, folderItself)
    // It takes the right to write to a folder to give it another parent.
    await chmod(`/proc/self/fd/${folder.fd}`, 0o700)
  }
  await rename(path, join(top, randomUUID()))
}

/** Whether it is gone; a folder stays. */
async function removeFile(path: string): Promise<boolean> {
  try {
    await unlink(path)
    return true
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT') return true
    if (code === 'EISDIR') return false
    throw error
  }
}
