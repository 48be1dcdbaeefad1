import { isMbError } from '@mb/kernel'
import type { Finding } from './finding.ts'

/**
 * The finding for an error of ours: `MB_ARCHIVE_LINK` is `archive-link`. What is no error of ours is thrown on.
 */
export function errorFinding(error: unknown, place: { readonly file?: string } = {}): Finding {
  if (!isMbError(error)) throw error
  return {
    id: error.code
      .replace(/^MB_(?:SDK_)?/, '')
      .toLowerCase()
      .replaceAll('_', '-'),
    severity: 'error',
    message: error.message,
    ...place,
    ...(error.hint !== undefined && { hint: error.hint }),
  }
}
