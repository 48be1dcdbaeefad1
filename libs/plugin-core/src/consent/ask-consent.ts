import { addedPermissions, isOlder, type PackageFacts } from '@mb/manifest'
import type { ScanFinding } from '../install/scan.ts'
import { PluginError } from '../plugin-error.ts'
import { agreementTo, type Agreement } from './agreement.ts'
import { approvalOf } from './approvals.ts'
import { consentRequest } from './consent-request.ts'
import type { Consent, ConsentRequest } from './consent.ts'
import { grantGaps, returnGaps, type GrantGap } from './covers-request.ts'
import type { PluginTrust } from './grants.ts'
import { isNothing } from './permission-entries.ts'

/** Of whom and what a person is asked. */
export interface Question {
  readonly id: string
  readonly manifest: PackageFacts['manifest']
  readonly signature: PackageFacts['signature']
  /** Where it comes from. */
  readonly source: string
  /** Digest of the package's tree. */
  readonly digest: string
  /** What a scan of its code found; absent when there was none. */
  readonly findings?: readonly ScanFinding[]
  /** What is unusual about where it comes from, one sentence each. */
  readonly warnings?: readonly string[]
  /** Name of the repository that it comes from. */
  readonly repository?: string | undefined
  /** What was granted and pinned before. */
  readonly trust: PluginTrust
  /** Whether the caller named this very key. */
  readonly keyWasNamed: boolean
  /** The version that is installed, when there is one. */
  readonly installed: string | undefined
  /** Whether the person asked for an older version: then being older is no reason to ask. @default false */
  readonly isReturn?: boolean
  /** Names of the optional permissions that a yes grants too. @default none */
  readonly optional?: readonly string[]
  /** Whether a yes is good for this very version only. @default false */
  readonly isExact?: boolean
  /** Whether what is installed is to be approved: then what was taken back and the range of versions are asked about too. @default false */
  readonly isApproval?: boolean
  /** The plugin that needs this one, where nobody asked for it by name. */
  readonly neededBy?: string | undefined
}

/**
 * Asks the person, unless what was granted before holds for this version too.
 *
 * @returns what was agreed to; undefined when the present grant holds and stays as it is
 * @throws PluginError `MB_PLUGIN_CONSENT_NEEDED` when there is nobody to ask, `MB_PLUGIN_CONSENT_DENIED`
 */
export async function askConsent(
  question: Question,
  consent: Consent | undefined,
): Promise<Agreement | undefined> {
  const gaps = gapsOf(question)
  if (isSettled(question, gaps)) return undefined
  return await askPerson(question, consentRequest(question, gaps), consent)
}

/** Asks the person in any case. */
async function askPerson(
  question: Question,
  request: ConsentRequest,
  consent: Consent | undefined,
): Promise<Agreement> {
  if (consent === undefined) {
    throw new PluginError(
      'MB_PLUGIN_CONSENT_NEEDED',
      `Cannot ${action(question)}: somebody has to agree to what it asks for, and nobody can be asked`,
      {
        hint: 'Do it in a terminal, or approve it in a file: details.approval has the entry',
        details: { request, approval: approvalOf(request) },
      },
    )
  }
  // A host in plain JavaScript may answer with anything: only these two are a yes.
  const answer: unknown = await consent(request)
  const optional = answer === true ? [] : optionalIn(answer)
  if (optional === undefined) {
    throw new PluginError(
      'MB_PLUGIN_CONSENT_DENIED',
      `Cannot ${action(question)}: you did not agree to what it asks for`,
      { details: { request } },
    )
  }
  return agreementOn(question, optional)
}

function action({ id, isApproval = false, isReturn = false }: Question): string {
  if (isApproval) return `grant what "${id}" asks for`
  return isReturn ? `roll back "${id}"` : `install "${id}"`
}

function agreementOn(question: Question, optional: readonly string[]): Agreement {
  return agreementTo(question, {
    optional: [...(question.optional ?? []), ...optional],
    isExact: question.isExact ?? false,
    before: question.trust.grant,
  })
}

/** Why the present grant does not do for what is asked about. */
function gapsOf(question: Question): readonly GrantGap[] {
  const { manifest, signature, source, trust, isReturn = false } = question
  const keyId = signature.status === 'signed' ? signature.keyId : undefined
  const candidate = { manifest, keyId, source }
  return isReturn ? returnGaps(trust.grant, candidate) : grantGaps(trust.grant, candidate)
}

/** Whether the person said yes to all of this before, and to the same people. */
function isSettled(question: Question, gaps: readonly GrantGap[]): boolean {
  const { manifest, installed, findings = [], isReturn = false, isApproval = false } = question
  const isBack = installed !== undefined && isOlder(manifest.version, installed)
  return (
    gaps.length === 0 &&
    (isReturn || !isBack) &&
    !findings.some(isNotable) &&
    !(isApproval && changesGrant(question))
  )
}

/** Whether a yes would make another grant of the one that holds. */
function changesGrant(question: Question): boolean {
  const { grant } = question.trust
  const agreement = agreementOn(question, [])
  return (
    grant === undefined ||
    (grant.range !== agreement.range && question.isExact !== true) ||
    !isNothing(addedPermissions(grant.permissions, agreement.permissions))
  )
}

/** What is low is told, and stops nobody. */
function isNotable({ severity }: ScanFinding): boolean {
  return severity !== 'info' && severity !== 'low'
}

/** The optional permissions that an answer chooses; undefined when it is no yes. */
function optionalIn(answer: unknown): readonly string[] | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined
  if (!('isGranted' in answer) || answer.isGranted !== true) return undefined
  if (!('optional' in answer) || !Array.isArray(answer.optional)) return undefined
  return answer.optional.filter((name) => typeof name === 'string')
}
