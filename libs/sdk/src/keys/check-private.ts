import type { Stats } from 'node:fs'
import { userInfo } from 'node:os'
import { SdkError } from '../sdk-error.ts'

/**
 * Throws unless a file or folder belongs to whoever asks and is closed to everybody else.
 *
 * @throws SdkError `MB_SDK_KEY_UNSAFE`
 */
export function checkPrivate(path: string, facts: Stats): void {
  if (!facts.isFile() && !facts.isDirectory())
    throw unsafe(path, 'it is a link or no regular file', 'Replace it by the key itself')
  // Windows keeps access lists instead; a profile folder is closed to other accounts by its own.
  if (process.platform === 'win32') return
  const { uid } = userInfo()
  if (facts.uid !== uid && uid !== 0)
    throw unsafe(
      path,
      'it belongs to another account',
      'Make the key anew as the account that signs',
    )
  if ((facts.mode & 0o077) !== 0) {
    const mode = facts.isDirectory() ? '700' : '600'
    throw unsafe(
      path,
      `its mode ${(facts.mode & 0o777).toString(8)} opens it to other accounts`,
      `Run \`chmod ${mode} "${path}"\`, and make a new key if others may have read this one`,
    )
  }
}

function unsafe(path: string, state: string, hint: string): SdkError {
  return new SdkError('MB_SDK_KEY_UNSAFE', `Cannot use "${path}": ${state}`, { hint })
}
