import { ServerError } from '../../server-error.ts'

// https://sqlite.org/rescode.html: these say that the file itself is no good; 1 is an error in what was asked.
const [wrong, corrupt, noDatabase] = [1, 11, 26]

/** What SQLite failed with, as what somebody can do about it; undefined for what is no failure of SQLite. */
export function databaseError(cause: unknown, file: string): ServerError | undefined {
  if (!(cause instanceof Error && 'errcode' in cause && typeof cause.errcode === 'number'))
    return undefined
  // The rest of the number tells it more precisely.
  const code = cause.errcode & 0xff
  if (code === corrupt || code === noDatabase || code === wrong) {
    return new ServerError('MB_SERVER_BROKEN', `Cannot read the database "${file}"`, {
      cause,
      hint: 'Put it back from a backup, or start with another folder',
    })
  }
  return new ServerError('MB_SERVER_DATA', `Cannot write to the database "${file}"`, {
    cause,
    hint: 'Make room on the disk, let yourself write there, and try again',
  })
}
