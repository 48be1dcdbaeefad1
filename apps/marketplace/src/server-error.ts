import { MbError, type ErrorKind, type MbErrorOptions } from '@mb/kernel'

/** Codes that this program ends with; what it answers over HTTP are the contract's problems. */
export type ServerErrorCode =
  | 'MB_SERVER_DATA'
  | 'MB_SERVER_BUSY'
  | 'MB_SERVER_BROKEN'
  | 'MB_SERVER_LISTEN'
  | 'MB_SERVER_ACCOUNT'
  | 'MB_SERVER_NAMESPACE'
  | 'MB_SERVER_TOKEN'
  | 'MB_SERVER_USAGE'

/** What each code means. */
export const serverErrors: Readonly<Record<ServerErrorCode, ErrorKind>> = {
  MB_SERVER_DATA: {
    category: 'resource',
    summary: 'The data folder of a marketplace cannot be made, read or written.',
  },
  MB_SERVER_BUSY: {
    category: 'resource',
    summary: 'Another process serves this data folder.',
  },
  MB_SERVER_BROKEN: {
    category: 'resource',
    summary: 'The database of a marketplace is damaged, or was written by a later version.',
  },
  MB_SERVER_LISTEN: {
    category: 'resource',
    summary: 'The address or port cannot be listened on.',
  },
  MB_SERVER_ACCOUNT: {
    category: 'operation',
    outcome: 'usage',
    summary: 'An account has a name that cannot be used, exists already, or does not exist.',
  },
  MB_SERVER_NAMESPACE: {
    category: 'operation',
    outcome: 'usage',
    summary: 'A namespace cannot be used, or looks like one that somebody has.',
  },
  MB_SERVER_TOKEN: {
    category: 'operation',
    outcome: 'not-found',
    summary: 'There is no such token.',
  },
  MB_SERVER_USAGE: {
    category: 'configuration',
    outcome: 'usage',
    summary: 'The command line of the marketplace could not be understood.',
  },
}

/** What keeps the marketplace from doing what its operator asked for. */
export class ServerError extends MbError<ServerErrorCode> {
  constructor(code: ServerErrorCode, message: string, options: MbErrorOptions = {}) {
    super(code, message, serverErrors[code], options)
  }
}
