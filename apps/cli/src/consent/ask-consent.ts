import { PluginError, type Consent, type ConsentRequest } from '@mb/plugin-core'
import type { Context } from '../context.ts'
import { whyPersonIsNeeded } from './consent-policy.ts'
import { showConsentScreen } from './consent-screen.ts'

/** Consent by the person at the terminal, or by `--yes` as far as that goes. */
export function consentOf(context: Context, options: { readonly isYes: boolean }): Consent {
  return async (request) => {
    if (!context.settings.isJson) showConsentScreen(request, context.aside)
    if (options.isYes) {
      const reason = whyPersonIsNeeded(request.permissions)
      if (reason === undefined) return true
      if (!context.isInteractive) throw personNeeded(request, reason)
    } else if (!context.isInteractive) {
      throw yesNeeded(request)
    }
    return context.ask(`Install ${request.id} ${request.version} and grant this?`)
  }
}

function yesNeeded(request: ConsentRequest): PluginError {
  const reason = whyPersonIsNeeded(request.permissions)
  return new PluginError(
    'MB_PLUGIN_CONSENT_NEEDED',
    `Cannot install "${request.id}": there is no terminal to ask for consent`,
    {
      hint:
        reason === undefined
          ? 'Agree to what it asks with --yes'
          : `Install it in a terminal; --yes is not enough, because ${reason}`,
      details: details(request),
    },
  )
}

function personNeeded(request: ConsentRequest, reason: string): PluginError {
  return new PluginError(
    'MB_PLUGIN_CONSENT_NEEDED',
    `Cannot install "${request.id}" by --yes: ${reason}`,
    { hint: 'Install it in a terminal, where a person can agree', details: details(request) },
  )
}

function details({ permissions, added, signature }: ConsentRequest): Record<string, unknown> {
  return { permissions, added, isSigned: signature.status === 'signed' }
}
