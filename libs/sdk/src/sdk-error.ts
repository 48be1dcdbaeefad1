import { MbError, type ErrorKind, type MbErrorOptions } from '@mb/kernel'

/** Codes thrown by this package. */
export type SdkErrorCode =
  | 'MB_SDK_NAME_INVALID'
  | 'MB_SDK_OPTION_INVALID'
  | 'MB_SDK_TEMPLATE_UNKNOWN'
  | 'MB_SDK_TEMPLATE_BROKEN'
  | 'MB_SDK_TARGET_NOT_EMPTY'
  | 'MB_SDK_TARGET_UNUSABLE'
  | 'MB_SDK_PROJECT_MISSING'
  | 'MB_SDK_PROJECT_INVALID'
  | 'MB_SDK_SCRIPT_MISSING'
  | 'MB_SDK_NOT_INSTALLED'
  | 'MB_SDK_COMMAND_MISSING'
  | 'MB_SDK_COMMAND_FAILED'
  | 'MB_SDK_FILE_MISSING'
  | 'MB_SDK_FILE_KIND'
  | 'MB_SDK_FILE_NAME'
  | 'MB_SDK_SECRET_FILE'
  | 'MB_SDK_PACKAGES_MISSING'
  | 'MB_SDK_PACKAGE_UNFIT'
  | 'MB_SDK_WHEEL_BROKEN'
  | 'MB_SDK_KEY_NAME'
  | 'MB_SDK_KEY_EXISTS'
  | 'MB_SDK_KEY_MISSING'
  | 'MB_SDK_KEY_UNSAFE'
  | 'MB_SDK_KEY_BROKEN'

/** What each code means. */
export const sdkErrors: Readonly<Record<SdkErrorCode, ErrorKind>> = {
  MB_SDK_NAME_INVALID: {
    category: 'configuration',
    outcome: 'usage',
    summary: 'The name of a new plugin is not one that a plugin can have.',
  },
  MB_SDK_OPTION_INVALID: {
    category: 'configuration',
    outcome: 'usage',
    summary: 'An option has a value that it cannot have.',
  },
  MB_SDK_TEMPLATE_UNKNOWN: {
    category: 'configuration',
    outcome: 'usage',
    summary: 'There is no template of that name, or not in that language.',
  },
  MB_SDK_TEMPLATE_BROKEN: {
    category: 'loading',
    outcome: 'bug',
    summary: 'A template cannot be rendered.',
  },
  MB_SDK_TARGET_NOT_EMPTY: {
    category: 'operation',
    outcome: 'refused',
    summary: 'The folder for a new plugin holds something already.',
  },
  MB_SDK_TARGET_UNUSABLE: {
    category: 'operation',
    summary: 'The folder for a new plugin cannot be made, or is no folder.',
  },
  MB_SDK_PROJECT_MISSING: {
    category: 'loading',
    outcome: 'not-found',
    summary: 'A folder is absent, or holds no package.json where one is needed.',
  },
  MB_SDK_PROJECT_INVALID: {
    category: 'configuration',
    summary: 'A package.json cannot be read.',
  },
  MB_SDK_SCRIPT_MISSING: {
    category: 'configuration',
    summary: 'A package.json has no script of the name that is needed.',
  },
  MB_SDK_NOT_INSTALLED: {
    category: 'resource',
    summary: 'The packages that a project needs are not installed.',
  },
  MB_SDK_COMMAND_MISSING: {
    category: 'resource',
    summary: 'A program that is needed, a package manager or git, is not installed.',
  },
  MB_SDK_COMMAND_FAILED: {
    category: 'operation',
    summary: 'A program of the project, its build among them, ended with an error.',
  },
  MB_SDK_FILE_MISSING: {
    category: 'operation',
    summary: 'A file that the package needs is not there.',
  },
  MB_SDK_FILE_KIND: {
    category: 'operation',
    outcome: 'refused',
    summary: 'A package would hold a link, a pipe, a device, or a file outside its folder.',
  },
  MB_SDK_FILE_NAME: {
    category: 'operation',
    outcome: 'refused',
    summary: 'A package would hold a name that is too long or too deep for the archive asked for.',
  },
  MB_SDK_SECRET_FILE: {
    category: 'operation',
    outcome: 'refused',
    summary: 'A package would hold a file that looks like a secret.',
  },
  MB_SDK_PACKAGES_MISSING: {
    category: 'resource',
    summary:
      'Packages that the manifest declares are not installed, or in versions that do not fit.',
  },
  MB_SDK_PACKAGE_UNFIT: {
    category: 'operation',
    outcome: 'refused',
    summary:
      'A package that a plugin needs cannot be packaged with it: it has native code, or would have to be built.',
  },
  MB_SDK_WHEEL_BROKEN: {
    category: 'resource',
    outcome: 'refused',
    summary: 'A wheel of Python is damaged, or is not the one that was pinned.',
  },
  MB_SDK_KEY_NAME: {
    category: 'configuration',
    outcome: 'usage',
    summary: 'The name of a signing key is not one that a key can have.',
  },
  MB_SDK_KEY_EXISTS: {
    category: 'operation',
    outcome: 'refused',
    summary: 'There is a signing key of that name already.',
  },
  MB_SDK_KEY_MISSING: {
    category: 'resource',
    outcome: 'not-found',
    summary: 'There is no signing key of that name.',
  },
  MB_SDK_KEY_UNSAFE: {
    category: 'resource',
    outcome: 'refused',
    summary: 'Others on this machine can read or replace a signing key.',
  },
  MB_SDK_KEY_BROKEN: {
    category: 'resource',
    summary: 'The file of a signing key does not hold one.',
  },
}

/** Thrown by `@mb/sdk`. */
export class SdkError extends MbError<SdkErrorCode> {
  constructor(code: SdkErrorCode, message: string, options?: MbErrorOptions) {
    super(code, message, sdkErrors[code], options)
  }
}
