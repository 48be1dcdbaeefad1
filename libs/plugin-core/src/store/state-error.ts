import { isMbError } from '@mb/kernel'
import { PluginError } from '../plugin-error.ts'
import { reasonOf } from './home-folders.ts'
import type { HomeLayout } from './home-layout.ts'

// SQLite's primary result codes: https://sqlite.org/rescode.html
const busy = 5
const locked = 6
const readOnly = 8
const corrupt = 11
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

/** An error of SQLite as one of ours. */
export function stateError(layout: HomeLayout, error: unknown): unknown {
  if (isMbError(error)) return error
  const code = primaryCode(error)
  if (code === corrupt || code === notADatabase) {
    return new PluginError('MB_STATE_BROKEN', `Cannot read "${layout.state}": it is damaged`, {
      hint: 'Move it away and install your plugins again; grants and data of plugins stay',
      cause: error,
    })
  }
  if (isCannotOpen(error)) {
    return new PluginError(
      'MB_HOME_UNUSABLE',
      `Cannot use "${layout.state}": you may not write there`,
      { hint: 'Name a home that you may write to: set MB_HOME', cause: error },
    )
  }
  return new PluginError('MB_HOME_UNUSABLE', `Cannot use "${layout.state}": ${reasonOf(error)}`, {
    cause: error,
  })
}

function primaryCode(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined
  // The extended code carries the primary one in its low byte.
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined
}
