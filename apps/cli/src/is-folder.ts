import { stat } from 'node:fs/promises'
import { errorCode } from '@mb/kernel'
import { CliError } from './cli-error.ts'

/**
 * Whether the source of a plugin is a folder; else it is taken for an archive.
 *
 * @throws CliError `MB_CLI_SOURCE_MISSING`
 */
export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (cause) {
    const code = errorCode(cause)
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw cause
    throw new CliError(
      'MB_CLI_SOURCE_MISSING',
      `Cannot read "${path}": there is no such file or folder`,
      { hint: 'Name the folder of the plugin, or an archive of it', cause },
    )
  }
}
