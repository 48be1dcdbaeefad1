import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorCode } from './errors.ts'

/** How {@link makeFolder} makes folders. */
export interface MakeFolderOptions {
  /** Permission bits of each new folder, less the umask. @default 0o777 */
  readonly mode?: number
}

/**
 * Makes a folder, with those above it that are missing.
 *
 * Node's own recursive `mkdir` never returns where the system refuses a new folder as if the one above were not there,
 * as `/proc` does.
 *
 * @returns the uppermost folder that was made, or undefined when all of them were there
 * @throws Node's own errors: `EEXIST` or `ENOTDIR` for a file on the way, `ENOENT` where no folder can be made
 */
export async function makeFolder(
  path: string,
  options: MakeFolderOptions = {},
): Promise<string | undefined> {
  try {
    return (await makeOne(path, options)) ? path : undefined
  } catch (error) {
    const parent = dirname(path)
    if (errorCode(error) !== 'ENOENT' || parent === path) throw error
    const first = await makeFolder(parent, options)
    return (await makeOne(path, options)) ? (first ?? path) : first
  }
}

/** Whether it was made; false when it is there. */
async function makeOne(path: string, options: MakeFolderOptions): Promise<boolean> {
  try {
    await mkdir(path, options)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST' && (await stat(path)).isDirectory()) return false
    throw error
  }
}
