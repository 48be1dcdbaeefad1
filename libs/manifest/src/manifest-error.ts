import { MbError, type ErrorKind, type MbErrorOptions } from '@mb/kernel'
import { neutralText } from './neutral-text.ts'

/** Codes thrown by this package. */
export type ManifestErrorCode =
  | 'MB_MANIFEST_MISSING'
  | 'MB_MANIFEST_AMBIGUOUS'
  | 'MB_MANIFEST_INVALID'
  | 'MB_MANIFEST_TOO_LARGE'
  | 'MB_NAME_INVALID'
  | 'MB_ARCHIVE_MISSING'
  | 'MB_ARCHIVE_FORM'
  | 'MB_ARCHIVE_BROKEN'
  | 'MB_ARCHIVE_PATH'
  | 'MB_ARCHIVE_LINK'
  | 'MB_ARCHIVE_SPECIAL'
  | 'MB_ARCHIVE_DUPLICATE'
  | 'MB_ARCHIVE_TOO_LARGE'
  | 'MB_ARCHIVE_DESTINATION'
  | 'MB_PACKAGE_FILE'
  | 'MB_PACKAGE_TOO_LARGE'
  | 'MB_DIGEST_MISMATCH'
  | 'MB_SIGNATURE_INVALID'
  | 'MB_SIGNATURE_MALFORMED'
  | 'MB_KEY_INVALID'

/** What each code means. */
export const manifestErrors: Readonly<Record<ManifestErrorCode, ErrorKind>> = {
  MB_MANIFEST_MISSING: {
    category: 'loading',
    outcome: 'not-found',
    summary: 'A folder holds no plugin.yaml, plugin.yml or plugin.json.',
  },
  MB_MANIFEST_AMBIGUOUS: {
    category: 'loading',
    summary: 'A folder holds more than one manifest.',
  },
  MB_MANIFEST_INVALID: {
    category: 'loading',
    summary: 'A manifest breaks the plugin format; the findings say where.',
  },
  MB_MANIFEST_TOO_LARGE: {
    category: 'loading',
    summary: 'A manifest is larger than 1 MB.',
  },
  MB_NAME_INVALID: {
    category: 'configuration',
    outcome: 'usage',
    summary: 'A plugin name, namespace or id is not written as the format asks.',
  },
  MB_ARCHIVE_MISSING: {
    category: 'loading',
    outcome: 'not-found',
    summary: 'There is no archive at that path.',
  },
  MB_ARCHIVE_FORM: {
    category: 'loading',
    summary:
      'A file is no zip, tar.gz or tgz, or uses a feature of those that plugins may not use.',
  },
  MB_ARCHIVE_BROKEN: {
    category: 'loading',
    summary: 'An archive is cut off, damaged, or can be read in more than one way.',
  },
  MB_ARCHIVE_PATH: {
    category: 'loading',
    outcome: 'refused',
    summary:
      'An archive holds a name that would leave its folder or that some system cannot store.',
  },
  MB_ARCHIVE_LINK: {
    category: 'loading',
    outcome: 'refused',
    summary: 'An archive holds a symbolic or hard link.',
  },
  MB_ARCHIVE_SPECIAL: {
    category: 'loading',
    outcome: 'refused',
    summary: 'An archive holds a device, a pipe, or a file with the setuid, setgid or sticky bit.',
  },
  MB_ARCHIVE_DUPLICATE: {
    category: 'loading',
    outcome: 'refused',
    summary: 'Two names of an archive are one on some file systems, or a file is also a folder.',
  },
  MB_ARCHIVE_TOO_LARGE: {
    category: 'resource',
    outcome: 'refused',
    summary: 'An archive is over a limit: its size, what it unpacks to, their ratio, or its files.',
  },
  MB_ARCHIVE_DESTINATION: {
    category: 'operation',
    summary: 'The folder to extract into exists already.',
  },
  MB_PACKAGE_FILE: {
    category: 'loading',
    outcome: 'refused',
    summary: 'A package holds something that no package may hold, or its metadata is incomplete.',
  },
  MB_PACKAGE_TOO_LARGE: {
    category: 'resource',
    outcome: 'refused',
    summary: 'A package has more files, or more bytes, than a package may have.',
  },
  MB_DIGEST_MISMATCH: {
    category: 'loading',
    outcome: 'refused',
    summary: 'The files of a package are not those that were packaged.',
  },
  MB_SIGNATURE_INVALID: {
    category: 'loading',
    outcome: 'refused',
    summary: 'A signature does not match its key, or is about another package.',
  },
  MB_SIGNATURE_MALFORMED: {
    category: 'loading',
    outcome: 'refused',
    summary: 'A signature is not a DSSE envelope around a package statement.',
  },
  MB_KEY_INVALID: {
    category: 'configuration',
    summary: 'A key is not an ed25519 key in PEM form.',
  },
}

// The longest quotes a path of 256 characters, twice.
const maxMessageLength = 1000

/**
 * Thrown by `@mb/manifest`. Names out of a stranger's archive or manifest are made harmless to print here, so that no
 * printer has to remember.
 */
export class ManifestError extends MbError<ManifestErrorCode> {
  constructor(code: ManifestErrorCode, message: string, options: MbErrorOptions = {}) {
    super(code, neutralText(message, maxMessageLength), manifestErrors[code], {
      ...options,
      hint: options.hint === undefined ? undefined : neutralText(options.hint, maxMessageLength),
    })
  }
}
