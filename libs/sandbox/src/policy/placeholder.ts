import {
  closeSync,
  constants,
  fchmodSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmdirSync,
  type Stats,
} from 'node:fs'
import { join } from 'node:path'
import { errorCode } from '@mb/kernel'
import { holderForm, isHolderGone, nameHolder } from './holder.ts'

/**
 * An empty folder that keeps a name from being made, for as long as somebody holds it.
 *
 * Each holder has an empty folder of its own in it. So the kernel itself counts: `rmdir` refuses while another holder is left, and
 * nothing that holds a file is ever removed. Folders without files do not show in `git status`, nor where files are looked for.
 */
export interface Placeholder {
  readonly path: string
  /** The holder's own folder: empty, and there as long as it is held. */
  readonly token: string
}

// No folder that people make has this mode: the sticky bit, and closed to all others.
const placeholderMode = 0o1700
const tokenForm = new RegExp(`^\\.mb-held-(${holderForm})$`)
const maxAttempts = 100

/** Whether a folder is a placeholder, of whomever. */
export function isPlaceholder(path: string, facts: Stats): boolean {
  if (!facts.isDirectory()) return false
  const tokens = tokensIn(path)
  // Not every file system keeps modes: there it is known by who holds it.
  return tokens !== undefined && (tokens.length > 0 || (facts.mode & 0o7777) === placeholderMode)
}

/**
 * Makes a placeholder, or joins those who hold it.
 *
 * @throws Error of the file system; `EEXIST` where something else is there
 */
export function holdPlace(path: string): Placeholder {
  const token = join(path, `.mb-held-${nameHolder()}`)
  for (let attempt = 0; ; attempt += 1) {
    makePlaceholder(path)
    try {
      mkdirSync(token, { mode: 0o700 })
      return { path, token }
    } catch (error) {
      // Its last holder took it away in between.
      if (errorCode(error) === 'ENOENT' && attempt < maxAttempts) continue
      // A disk may have room for the one folder, and not for the other.
      removeIfEmpty(path)
      throw error
    }
  }
}

/** Gives it up, and takes it away if nobody else holds it. */
export function releasePlace({ path, token }: Placeholder): void {
  sweepPlace(path)
  removeIfEmpty(token)
  removeIfEmpty(path)
  handOver(path)
}

/** Takes away what holders left that were killed, and the placeholder if nobody else holds it. */
export function sweepPlace(path: string): void {
  const facts = lstatSync(path, { throwIfNoEntry: false })
  if (facts === undefined || !isPlaceholder(path, facts)) return
  for (const token of tokensIn(path) ?? []) if (isDead(token)) removeIfEmpty(join(path, token))
  removeIfEmpty(path)
}

/** What somebody made their own meanwhile, as by `git init`, is an ordinary folder from here on. */
function handOver(path: string): void {
  const facts = lstatSync(path, { throwIfNoEntry: false })
  if (facts === undefined || isPlaceholder(path, facts)) return
  if (!facts.isDirectory() || (facts.mode & 0o7777) !== placeholderMode) return
  const descriptor = openSync(path, constants.O_DIRECTORY | constants.O_NOFOLLOW)
  try {
    fchmodSync(descriptor, 0o755)
  } finally {
    closeSync(descriptor)
  }
}

function makePlaceholder(path: string): void {
  try {
    mkdirSync(path, { mode: placeholderMode })
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
    const facts = lstatSync(path, { throwIfNoEntry: false })
    if (facts !== undefined && !isPlaceholder(path, facts)) throw error
  }
}

/** The names of its tokens; undefined where it holds anything else, or cannot be read. */
function tokensIn(path: string): readonly string[] | undefined {
  try {
    const names = readdirSync(path)
    return names.every((name) => tokenForm.test(name)) ? names : undefined
  } catch {
    return undefined
  }
}

/** Whether the process that made a token is gone. */
function isDead(token: string): boolean {
  const holder = tokenForm.exec(token)?.[1]
  return holder !== undefined && isHolderGone(holder)
}

function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path)
  } catch {
    // Somebody else holds it, put something there, or took it away.
  }
}
