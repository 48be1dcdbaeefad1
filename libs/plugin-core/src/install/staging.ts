import { randomBytes, randomUUID } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { errorCode, isInside } from '@mb/kernel'
import { makeFolders, removeEmptyFolder } from '../store/home-folders.ts'
import { PluginError } from '../plugin-error.ts'
import type { HomeLayout } from '../store/home-layout.ts'
import { removeIfPossible } from '../store/remove-tree.ts'
import { isMarkAlive, processMark } from './process-mark.ts'

/** A private folder for what is being made; it and what was made for it go away with it. */
interface Staging extends AsyncDisposable {
  readonly directory: string
}

/** What was moved out of the way by a change has this at the start of its name; only that change's end removes it. */
export const asidePrefix = 'aside-'

/** A new path that something can be moved to out of the way. */
export function asidePath(layout: HomeLayout): string {
  return join(layout.staging, `${asidePrefix}${randomUUID()}`)
}

/** The staging folder that a path lies in; undefined for one that lies in none. */
export function stagingOf(path: string, layout: HomeLayout): string | undefined {
  if (path === layout.staging || !isInside(layout.staging, path)) return undefined
  const [first = ''] = relative(layout.staging, path).split(sep)
  return join(layout.staging, first)
}

const dayMs = 86_400_000

/** Opens a folder on the file system of the installed plugins. */
async function openStaging(layout: HomeLayout): Promise<Staging> {
  const name = `${processMark()}.${randomBytes(6).toString('hex')}`
  const directory = join(layout.staging, name)
  const made = await makeFolders(directory)
  return {
    directory,
    async [Symbol.asyncDispose]() {
      await removeIfPossible(directory)
      await removeEmptyFolder(layout.staging)
      await made.undo()
    },
  }
}

/**
 * Makes something in a staging folder, which goes away whatever comes of it.
 *
 * @throws PluginError `MB_HOME_UNUSABLE` when the disk is full, or there are several; what `make` throws
 */
export async function inStaging<T>(
  layout: HomeLayout,
  make: (directory: string) => Promise<T>,
): Promise<T> {
  try {
    await using staging = await openStaging(layout)
    return await make(staging.directory)
  } catch (error) {
    const why = whyUnusable(error)
    if (why === undefined) throw error
    throw new PluginError('MB_HOME_UNUSABLE', `Cannot use "${layout.home}": ${why.state}`, {
      hint: why.hint,
      cause: error,
    })
  }
}

function whyUnusable(
  error: unknown,
): { readonly state: string; readonly hint: string } | undefined {
  if (isFull(error)) return { state: 'the disk is full', hint: 'Free some space, and try again' }
  // What becomes real at once is moved, and nothing is moved from one file system to another.
  return errorCode(error) === 'EXDEV'
    ? {
        state: 'its folders lie on several file systems',
        hint: 'Keep all of it on one, or name another home: set MB_HOME',
      }
    : undefined
}

// A quota and a limit on the size of files (setrlimit(2)) are a full disk to whoever writes.
const fullCodes: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

function isFull(error: unknown): boolean {
  return fullCodes.has(errorCode(error))
}

/** Removes what killed processes left behind. */
export async function sweepStaging(layout: HomeLayout): Promise<void> {
  const abandoned = await abandonedStaging(layout)
  for (const path of abandoned) await removeIfPossible(path)
  if (abandoned.length > 0) await removeEmptyFolder(layout.staging)
}

/** The folders that killed processes left behind. */
export async function abandonedStaging(layout: HomeLayout): Promise<readonly string[]> {
  const abandoned: string[] = []
  for (const name of await namesIn(layout.staging)) {
    if (name.startsWith(asidePrefix)) continue
    const path = join(layout.staging, name)
    if (await isAbandoned(name, path)) abandoned.push(path)
  }
  return abandoned
}

async function isAbandoned(name: string, path: string): Promise<boolean> {
  const isAlive = isMarkAlive(name.slice(0, name.lastIndexOf('.')))
  if (isAlive !== undefined) return !isAlive
  const facts = await stat(path).catch(() => undefined)
  return facts !== undefined && facts.mtimeMs < Date.now() - dayMs
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}
