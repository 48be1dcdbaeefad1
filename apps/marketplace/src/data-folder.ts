import { existsSync } from 'node:fs'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { errorCode, makeFolder } from '@mb/kernel'
import { ServerError } from './server-error.ts'

// https://sqlite.org/rescode.html#busy
const sqliteBusy = 5

/** Where everything of a marketplace lies. */
export interface DataFolder {
  readonly root: string
  readonly database: string
  /** Packages, by their content. */
  readonly blobs: string
  /** Packages that were received and not judged yet. */
  readonly incoming: string
  /** Packages while they are looked at; nothing in it outlives the process. */
  readonly staging: string
  readonly lock: string
}

/** The places of a data folder; nothing is made by asking. */
export function dataFolder(data: string): DataFolder {
  const root = resolve(data)
  return {
    root,
    database: join(root, 'marketplace.db'),
    blobs: join(root, 'blobs'),
    incoming: join(root, 'incoming'),
    staging: join(root, 'staging'),
    lock: join(root, 'lock.db'),
  }
}

/**
 * Makes what is missing of a data folder; only its owner may look into it.
 *
 * @throws ServerError `MB_SERVER_DATA`
 */
export async function makeDataFolder(folder: DataFolder): Promise<void> {
  try {
    await makeFolder(folder.root, { mode: 0o700 })
    await checkOwn(folder)
    for (const each of [folder.blobs, folder.incoming, folder.staging])
      await mkdir(each, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw cause instanceof ServerError ? cause : notUsable(folder, cause)
  }
}

/** Whoever may write to it could put their own accounts and keys there before we do. */
async function checkOwn({ root }: DataFolder): Promise<void> {
  // Windows has no such bits.
  if (process.platform === 'win32' || ((await stat(root)).mode & 0o002) === 0) return
  throw new ServerError(
    'MB_SERVER_DATA',
    `Cannot use the data folder "${root}": everybody may write to it`,
    { hint: 'Let nobody else write there, or name another folder with --data' },
  )
}

/**
 * Makes sure that somebody made a data folder before.
 *
 * @throws ServerError `MB_SERVER_DATA`
 */
export function checkDataFolder(folder: DataFolder): void {
  if (existsSync(folder.database)) return
  throw new ServerError('MB_SERVER_DATA', `Cannot find a marketplace in "${folder.root}"`, {
    hint: 'Name its folder with --data, or make one: init',
  })
}

/**
 * The right to serve a data folder. It is SQLite's own lock, which the system lets go of when its holder dies.
 *
 * @throws ServerError `MB_SERVER_BUSY`
 */
export function lockDataFolder(folder: DataFolder): Disposable {
  const database = new DatabaseSync(folder.lock, { timeout: 0 })
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    const isBusy = cause instanceof Error && 'errcode' in cause && cause.errcode === sqliteBusy
    if (!isBusy) throw notUsable(folder, cause)
    throw new ServerError(
      'MB_SERVER_BUSY',
      `Cannot serve "${folder.root}": another process does so`,
      { cause, hint: 'Stop it first, or name another folder with --data' },
    )
  }
  return { [Symbol.dispose]: () => database.close() }
}

function notUsable(folder: DataFolder, cause: unknown): ServerError {
  const why = errorCode(cause) ?? 'it cannot be written to'
  return new ServerError('MB_SERVER_DATA', `Cannot use the data folder "${folder.root}": ${why}`, {
    cause,
    hint: 'Name a folder that you may write to with --data',
  })
}

/** Removes what a server that died left half-looked-at. */
export async function sweepStaging({ staging }: DataFolder): Promise<void> {
  const names = await readdir(staging)
  await Promise.all(names.map((name) => rm(join(staging, name), { recursive: true, force: true })))
}
