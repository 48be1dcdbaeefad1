import { isMbError } from '@mb/kernel'
import { PluginError } from '../plugin-error.ts'
import { reasonOf } from './home-folders.ts'
import type { HomeLayout } from './home-layout.ts'

// SQLite's primary result codes: https://sqlite.org/rescode.html
const generic = 1
const busy = 5
const locked = 6
const readOnly = 8
const inputOutput = 10
const corrupt = 11
const full = 13
const cannotOpen = 14
const notADatabase = 26

/** Whether somebody else is writing just now. */
export function isBusy(error: unknown): boolean {
  const code = primaryCode(error)
  return code === busy || code === locked
}

/** Whether the database, or a file beside it, cannot be opened or made. */
export function isCannotOpen(error: unknown): boolean {
  const code = primaryCode(error)
  return code === cannotOpen || code === readOnly
}

/** Whether a database holds what cannot be read. */
export function isDamaged(error: unknown): boolean {
  const code = primaryCode(error)
  return code === corrupt || code === notADatabase
}

/** An error of SQLite as one of ours. */
export function stateError(layout: HomeLayout, error: unknown): unknown {
  if (isMbError(error)) return error
  const code = primaryCode(error)
  // What is generic is a table or column that is not there: our own statements have no faults.
  if (code === corrupt || code === notADatabase || code === generic) {
    return new PluginError('MB_STATE_BROKEN', `Cannot read "${layout.state}": it is damaged`, {
      hint: howToMend,
      cause: error,
    })
  }
  const unusable = (state: string, hint: string): PluginError =>
    new PluginError('MB_HOME_UNUSABLE', `Cannot use "${layout.state}": ${state}`, {
      hint,
      cause: error,
    })
  if (code === full) return unusable('the disk is full', howToMakeRoom)
  // Also what a full disk gives where the log's shared memory is made.
  if (code === inputOutput) return unusable('the disk is full or does not answer', howToMakeRoom)
  return unusable(
    isCannotOpen(error) ? 'you may not write there' : reasonOf(error),
    'Name a home that you may write to: set MB_HOME',
  )
}

/** What helps when the database holds what cannot be read. */
export const howToMend: string =
  'Move "state.db" of your home away and install your plugins again; grants and data of plugins stay'
const howToMakeRoom = 'Free some space, and try again'

function primaryCode(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined
  // The extended code carries the primary one in its low byte.
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined
}
