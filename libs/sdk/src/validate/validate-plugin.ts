import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { errorCode } from '@mb/kernel'
import { SdkError } from '../sdk-error.ts'
import type { ValidationResult } from './finding.ts'
import { validateArchive } from './validate-archive.ts'
import { validateDirectory } from './validate-directory.ts'

/** How a plugin is validated. */
export interface ValidateOptions {
  /** Holds it to what a marketplace asks. @default false */
  readonly publishing?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Checks a plugin, without running any of its code: its folder as it is worked on, or a packaged archive with its
 * digests and signature.
 *
 * @throws SdkError `MB_SDK_PROJECT_MISSING` when there is nothing at the path
 */
export async function validatePlugin(
  path: string,
  options: ValidateOptions = {},
): Promise<ValidationResult> {
  const absolute = resolve(path)
  return (await isDirectory(absolute))
    ? validateDirectory(absolute, options)
    : validateArchive(absolute, options)
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (cause) {
    const code = errorCode(cause)
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw cause
    throw new SdkError('MB_SDK_PROJECT_MISSING', `Cannot validate "${path}": there is nothing`, {
      hint: "Name a plugin's folder or a packaged archive",
      cause,
    })
  }
}
