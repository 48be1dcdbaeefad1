import { errorCode } from '@mb/kernel'
import type { ConsentRequest } from '../consent/consent.ts'
import { PluginError } from '../plugin-error.ts'
import type { HeldOffer, HoldKind } from './update-offer.ts'

/** What keeps a version out, though nothing is wrong with how it was fetched. */
const kinds: ReadonlyMap<string, HoldKind> = new Map([
  ['MB_PLUGIN_CONSENT_NEEDED', 'permissions'],
  ['MB_PLUGIN_CONSENT_DENIED', 'permissions'],
  ['MB_APPROVAL_MISSING', 'permissions'],
  ['MB_PLUGIN_SCAN_BLOCKED', 'scan'],
  ['MB_PLUGIN_SCAN_FAILED', 'scan'],
  ['MB_PLUGIN_SIGNER_CHANGED', 'signer'],
  ['MB_MARKETPLACE_KEY_CHANGED', 'signer'],
  ['MB_PLUGIN_UNSIGNED', 'unsigned'],
  ['MB_PLUGIN_CONFLICT', 'needs'],
  ['MB_PLUGIN_UPDATE_FAILED', 'failed'],
])

/**
 * Why an update waits, from what its installation was refused with.
 *
 * @param asked what the person was, or would have been, asked about it
 * @returns undefined for what is no matter of this version
 */
export function whyHeld(
  version: string,
  error: unknown,
  asked: ConsentRequest | undefined,
): HeldOffer | undefined {
  const kind = kinds.get(errorCode(error) ?? '')
  if (kind === undefined) return undefined
  if (kind === 'permissions') return { version, kind, reason: whatIsAsked(asked) }
  const message = error instanceof Error ? error.message : String(error)
  return { version, kind, reason: lowerFirst(message.replace(/^Cannot [^:]*: /, '')) }
}

function whatIsAsked(asked: ConsentRequest | undefined): string {
  if (asked === undefined) return 'somebody has to agree to it'
  const { added, findings, reasons } = asked
  if (added.length > 0)
    return `it asks for more: ${added.map(({ words }) => lowerFirst(words)).join('; ')}`
  const [found] = findings
  if (found !== undefined) return `the scan of its code found: ${lowerFirst(found.message)}`
  const [reason] = reasons
  return reason === undefined ? 'somebody has to agree to it' : lowerFirst(reason)
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

/** What is thrown where nobody can be asked. */
export function nobodyToAsk(id: string): PluginError {
  return new PluginError(
    'MB_PLUGIN_CONSENT_NEEDED',
    `Cannot update "${id}": somebody has to agree to what it asks for, and nobody can be asked`,
  )
}
