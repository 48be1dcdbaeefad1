import { lstatSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { isInside } from '@mb/kernel'
import { findUpwards } from '../configuration/find-configuration.ts'
import { upwards } from '../upwards.ts'
import { lockfileName } from './lockfile.ts'

/** Where a project keeps what it requires. */
export interface Project {
  /** The folder whose `milkbottle.yaml` says what is required. */
  readonly folder: string
  /** That file, in whichever format; absent when there is none. */
  readonly settings?: string
  /** Path of the lockfile, which need not be there. */
  readonly lockfile: string
  /** The folder as the lockfile names it: `.`, `packages/site`. */
  readonly set: string
}

/**
 * The project that a folder is of. Its lockfile is the topmost one of the repository, so that all packages of a
 * monorepo share one; without any, it belongs at the root of the repository. Neither is looked for where others may put
 * one.
 */
export function findProject(workspace: string): Project {
  const start = resolve(workspace)
  const settings = findUpwards(start, 'milkbottle')
  const folders = upwards(start)
  const repository = folders.find((folder) => isThere(join(folder, '.git')))
  // A folder above the repository is somebody else's.
  const within =
    repository === undefined ? folders : folders.filter((each) => isInside(repository, each))
  const locked = within.findLast((folder) => isThere(join(folder, lockfileName)))
  const folder = settings === undefined ? (locked ?? repository ?? start) : dirname(settings)
  const root = locked ?? repository ?? folder
  const top = isInside(root, folder) ? root : folder
  const path = relative(top, folder).split(sep).join('/')
  return {
    folder,
    ...(settings === undefined ? {} : { settings }),
    lockfile: join(top, lockfileName),
    set: path === '' ? '.' : path,
  }
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return false
  }
}
