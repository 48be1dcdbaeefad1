import { errorCode, isMbError } from '@mb/kernel'
import type { ManifestFinding } from '@mb/manifest'
import { neutralText } from '@mb/manifest/peek'
import type { DiscoveryProblem } from './discovered-plugin.ts'

// A message names a path or two.
const maxLength = 1000

/** A problem in our words and a stranger's names, made harmless to print. */
export function problem(
  severity: DiscoveryProblem['severity'],
  code: string,
  message: string,
  hint?: string,
): DiscoveryProblem {
  return {
    severity,
    code,
    message: neutralText(message, maxLength),
    ...(hint === undefined ? {} : { hint: neutralText(hint, maxLength) }),
  }
}

/** A finding of a manifest that was read in full. */
export function problemOfFinding(finding: ManifestFinding): DiscoveryProblem {
  const { severity, code, message, line, column, hint } = finding
  return {
    ...problem(severity, code, message, hint),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  }
}

/** Why something could not be read. */
export function problemOfError(error: unknown): DiscoveryProblem {
  if (isMbError(error)) return problem('error', error.code, error.message, error.hint)
  return problem('error', 'unreadable', `Cannot read it: ${reasonOf(error)}`)
}

/** Why the system did not let something be read, in words. */
export function reasonOf(error: unknown): string {
  const code = errorCode(error)
  return (code === undefined ? undefined : reasons[code]) ?? code ?? String(error)
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'you may not read it',
  EPERM: 'you may not read it',
  ENOENT: 'it is not there any more',
  ENOTDIR: 'it is no folder',
  EISDIR: 'it is a folder',
  EINVAL: 'it is no regular file',
  ELOOP: 'it is a link',
  EFBIG: 'its manifest is larger than 1 MB',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'it is no UTF-8 text',
  ENAMETOOLONG: 'its path is too long',
}
