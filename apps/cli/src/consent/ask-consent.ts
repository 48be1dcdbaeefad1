import { PluginError, type Consent, type ConsentRequest } from '@mb/plugin-core'
import type { Context } from '../context.ts'
import { whyPersonIsNeeded } from './consent-policy.ts'
import { showConsentScreen } from './consent-screen.ts'

/** What somebody agrees to: an installation, or a grant to what is installed. */
export type ConsentTo = 'install' | 'grant'

/** Consent by the person at the terminal, or by `--yes` as far as that goes. */
export function consentOf(
  context: Context,
  options: { readonly to: ConsentTo; readonly isYes: boolean },
): Consent {
  const { to, isYes } = options
  return async (request) => {
    if (!context.settings.isJson) showConsentScreen(request, context.aside)
    const reason = whyPersonIsNeeded(request.permissions)
    if (isYes && reason === undefined) return true
    if (context.isInteractive) return context.ask(question(to, request))
    throw consentNeeded(to, request, { isYes, reason })
  }
}

function question(to: ConsentTo, { id, version }: ConsentRequest): string {
  return to === 'install' ? `Install ${id} ${version} and grant this?` : `Grant this to ${id}?`
}

function consentNeeded(
  to: ConsentTo,
  { id, permissions, added, signature }: ConsentRequest,
  { isYes, reason }: { readonly isYes: boolean; readonly reason: string | undefined },
): PluginError {
  const action = to === 'install' ? `install "${id}"` : `grant what "${id}" asks for`
  const state = isYes
    ? `--yes does not stand for a person here`
    : 'there is no terminal to ask for consent'
  const hint =
    reason === undefined
      ? 'Agree to what it asks with --yes'
      : `Run it in a terminal, where a person can agree, because ${reason}`
  return new PluginError('MB_PLUGIN_CONSENT_NEEDED', `Cannot ${action}: ${state}`, {
    hint,
    details: { permissions, added, isSigned: signature.status === 'signed' },
  })
}
