import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { errorCode, makeFolder } from '@mb/kernel'
import { SdkError } from '../sdk-error.ts'

// What may lie in the folder already: none of it can stand in the way of a file of ours.
const harmless = new Set(['.git', '.DS_Store'])

/**
 * Fills a new folder as a whole: `fill` writes into a folder beside it, which is then renamed. When something fails,
 * or the signal comes, everything is as it was before, the folders above it too.
 *
 * A folder that is there and empty is kept, because a shell may stand in it: its files are moved in.
 *
 * @returns what takes the project away again, with all that was put into it since
 * @throws SdkError `MB_SDK_TARGET_NOT_EMPTY`, `MB_SDK_TARGET_UNUSABLE`
 */
export async function makeProject(
  directory: string,
  options: { readonly signal?: AbortSignal | undefined },
  fill: (staging: string) => Promise<void>,
): Promise<() => Promise<void>> {
  const { signal } = options
  signal?.throwIfAborted()
  const exists = await checkTarget(directory)
  const parent = dirname(directory)
  const made = exists ? undefined : await makeFolders(parent, directory)
  // Staged on the same file system as its goal: beside it, or in it where it may be one of its own.
  let staging: string | undefined
  try {
    staging = await makeStaging(exists ? directory : parent, directory)
    await fill(staging)
    signal?.throwIfAborted()
    await (exists ? moveInto(staging, directory) : moveTo(staging, directory))
  } catch (error) {
    if (staging !== undefined) await rm(staging, { recursive: true, force: true })
    if (made !== undefined) await removeFolders(parent, made)
    throw error
  }
  return async () => {
    await (exists ? emptyFolder(directory) : rm(directory, { recursive: true, force: true }))
    if (made !== undefined) await removeFolders(parent, made)
  }
}

/** Whether the folder is there; throws when it is not empty. */
async function checkTarget(directory: string): Promise<boolean> {
  let names: readonly string[]
  try {
    names = await readdir(directory)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw unusable(directory, error)
  }
  const inTheWay = names.filter((name) => !harmless.has(name)).toSorted()
  if (inTheWay.length === 0) return true
  const shown = inTheWay.slice(0, 10).map((name) => JSON.stringify(name))
  const more = inTheWay.length - shown.length
  throw new SdkError(
    'MB_SDK_TARGET_NOT_EMPTY',
    `Cannot create a plugin in "${directory}": it holds ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
    {
      hint: 'Choose a folder that does not exist or is empty',
      details: { directory, names: inTheWay },
    },
  )
}

async function makeFolders(parent: string, directory: string): Promise<string | undefined> {
  try {
    return await makeFolder(parent)
  } catch (error) {
    throw unusable(directory, error)
  }
}

async function makeStaging(folder: string, directory: string): Promise<string> {
  const staging = join(folder, `.${basename(directory)}-${randomBytes(6).toString('hex')}`)
  try {
    await mkdir(staging)
    return staging
  } catch (error) {
    throw unusable(directory, error)
  }
}

async function moveTo(staging: string, directory: string): Promise<void> {
  try {
    await rename(staging, directory)
  } catch (error) {
    // A link that leads nowhere stands there, or somebody made something there meanwhile.
    throw unusable(directory, error)
  }
}

async function moveInto(staging: string, directory: string): Promise<void> {
  const moved: string[] = []
  try {
    for (const name of await readdir(staging)) {
      await rename(join(staging, name), join(directory, name))
      moved.push(name)
    }
    await rmdir(staging)
  } catch (error) {
    for (const name of moved) await rm(join(directory, name), { recursive: true, force: true })
    throw error
  }
}

/** Takes out all that was not there when the folder counted as empty. */
async function emptyFolder(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!harmless.has(name)) await rm(join(directory, name), { recursive: true, force: true })
  }
}

/** Removes the folders that were made, from the lowest up, as far as nobody has put anything into them. */
async function removeFolders(lowest: string, highest: string): Promise<void> {
  try {
    await rmdir(lowest)
  } catch (error) {
    if (errorCode(error) === 'ENOTEMPTY' || errorCode(error) === 'ENOENT') return
    throw error
  }
  if (lowest !== highest) await removeFolders(dirname(lowest), highest)
}

function unusable(directory: string, cause: unknown): SdkError {
  const states: Readonly<Record<string, string>> = {
    ENOTDIR: 'a file stands where a folder has to be',
    EEXIST: 'a file stands where a folder has to be',
    EACCES: 'you may not write there',
    EPERM: 'you may not write there',
    EROFS: 'that place is read-only',
    ENOSPC: 'no space is left',
    ENAMETOOLONG: 'the path is too long',
  }
  const code = errorCode(cause)
  const state = (code === undefined ? undefined : states[code]) ?? 'the folder cannot be made'
  return new SdkError(
    'MB_SDK_TARGET_UNUSABLE',
    `Cannot create a plugin in "${directory}": ${state}`,
    {
      hint: 'Choose another folder',
      cause,
    },
  )
}
