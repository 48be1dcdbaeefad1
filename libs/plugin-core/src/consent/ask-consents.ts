import { PluginError } from '../plugin-error.ts'
import type { Agreement } from './agreement.ts'
import { askConsent, type Question } from './ask-consent.ts'
import type { Consent } from './consent.ts'

/**
 * Asks the person about plugins that come together, one after the other: each has its own screen and its own answer, and
 * one no is a no to all. Where nobody can be asked, the error has what is to be approved of all of them.
 *
 * @returns what was agreed to, in the order of the questions; undefined where the present grant holds
 * @throws PluginError `MB_PLUGIN_CONSENT_NEEDED`, `MB_PLUGIN_CONSENT_DENIED`, `MB_APPROVAL_MISSING`
 */
export async function askConsents(
  questions: readonly Question[],
  consent: Consent | undefined,
): Promise<readonly (Agreement | undefined)[]> {
  const agreements: (Agreement | undefined)[] = []
  const unanswered: PluginError[] = []
  for (const question of questions) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- a person reads one screen at a time
      agreements.push(await askConsent(question, consent))
    } catch (error) {
      if (!isUnanswered(error)) throw error
      unanswered.push(error)
    }
  }
  const [first, ...others] = unanswered
  if (first === undefined) return agreements
  if (others.length === 0) throw first
  throw new PluginError(first.code, first.message, {
    hint: first.hint,
    cause: first.cause,
    details: {
      ...first.details,
      approvals: unanswered.flatMap(({ details }) => details?.['approval'] ?? []),
    },
  })
}

/** Whether nobody said no: there was nobody to ask, or nothing is written about it yet. */
function isUnanswered(error: unknown): error is PluginError {
  return (
    error instanceof PluginError &&
    (error.code === 'MB_PLUGIN_CONSENT_NEEDED' || error.code === 'MB_APPROVAL_MISSING')
  )
}
