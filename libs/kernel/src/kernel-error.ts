import { MbError, type ErrorKind, type MbErrorOptions } from './errors.ts'

/** Codes thrown by this package. */
export type KernelErrorCode =
  | 'MB_PATH_OUTSIDE'
  | 'MB_FILE_TOO_LARGE'
  | 'MB_JOURNAL_BROKEN'
  | 'MB_STORE_KEY'

/** What each code means. */
export const kernelErrors: Readonly<Record<KernelErrorCode, ErrorKind>> = {
  MB_PATH_OUTSIDE: {
    category: 'operation',
    outcome: 'refused',
    summary:
      'A path leaves the folder that it has to stay in, by `..`, as an absolute path or through a link.',
  },
  MB_FILE_TOO_LARGE: {
    category: 'resource',
    summary: 'A file or stream is longer than what is read of its kind.',
  },
  MB_JOURNAL_BROKEN: {
    category: 'resource',
    summary: 'A journal holds a line that is neither whole nor its last one.',
  },
  MB_STORE_KEY: {
    category: 'operation',
    outcome: 'usage',
    summary: 'A key of a store is empty, longer than 512 characters, or holds a control character.',
  },
}

/** Thrown by `@mb/kernel`. */
export class KernelError extends MbError<KernelErrorCode> {
  constructor(code: KernelErrorCode, message: string, options?: MbErrorOptions) {
    super(code, message, kernelErrors[code], options)
  }
}
