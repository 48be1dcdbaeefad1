import {
  addedPermissions,
  describePermissions,
  isOlder,
  neutralText,
  noPermissions,
  permissionsHash,
  type PackageFacts,
} from '@mb/manifest'
import { PluginError } from '../plugin-error.ts'
import type { Consent, ConsentRequest } from './consent.ts'
import { whyNotEnforceable } from '../run/check-enforceable.ts'
import { approvalOf } from './approvals.ts'
import type { ScanFinding } from '../install/scan.ts'
import type { PluginTrust } from './grants.ts'

/** Of whom and what a person is asked. */
export interface Question {
  readonly id: string
  readonly manifest: PackageFacts['manifest']
  readonly signature: PackageFacts['signature']
  /** Digest of the package's tree. */
  readonly digest: string
  readonly findings?: readonly ScanFinding[]
  /** Name of the repository that it comes from. */
  readonly repository?: string | undefined
  /** What was granted and pinned before. */
  readonly trust: PluginTrust
  /** Whether the caller named this very key. */
  readonly keyWasNamed: boolean
  /** The version that is installed, when there is one. */
  readonly installed: string | undefined
}

/**
 * Asks the person, unless it is an update by the pinned signer that asks for nothing more.
 *
 * @throws PluginError `MB_PLUGIN_CONSENT_NEEDED` when there is nobody to ask, `MB_PLUGIN_CONSENT_DENIED`
 */
export async function askConsent(question: Question, consent: Consent | undefined): Promise<void> {
  const request = consentRequest(question)
  if (isSettled(question, request)) return
  if (consent === undefined) {
    throw new PluginError(
      'MB_PLUGIN_CONSENT_NEEDED',
      `Cannot install "${question.id}": somebody has to agree to what it asks for, and nobody can be asked`,
      {
        hint: 'Install it in a terminal, or approve it in a file: details.approval has the entry',
        details: { request, approval: approvalOf(request) },
      },
    )
  }
  // A host in plain JavaScript may answer with anything: only true is a yes.
  const answer: unknown = await consent(request)
  if (answer === true) return
  throw new PluginError(
    'MB_PLUGIN_CONSENT_DENIED',
    `Cannot install "${question.id}": you did not agree to what it asks for`,
    { details: { request } },
  )
}

/** Whether the person said yes to all of this before, and to the same people. */
function isSettled(
  { manifest, installed, signature, trust }: Question,
  { added, findings }: ConsentRequest,
): boolean {
  const isPinned = signature.status === 'signed' && signature.keyId === trust.signer?.keyId
  const isUpdate = installed !== undefined && !isOlder(manifest.version, installed)
  return (
    isUpdate &&
    isPinned &&
    trust.grant !== undefined &&
    added.length === 0 &&
    !findings.some(isNotable)
  )
}

/** What is low is told, and stops nobody. */
function isNotable({ severity }: ScanFinding): boolean {
  return severity !== 'info' && severity !== 'low'
}

/** What the person is shown. */
function consentRequest(question: Question): ConsentRequest {
  const { id, manifest, installed, signature, digest, trust, keyWasNamed } = question
  const granted = trust.grant?.permissions ?? noPermissions
  const known =
    signature.status === 'signed' && (keyWasNamed || trust.signer?.keyId === signature.keyId)
  return {
    id,
    version: manifest.version,
    replaces: installed,
    description: neutralText(manifest.description),
    author: neutralText(manifest.author),
    signature: { ...signature, known },
    digest,
    permissionsHash: permissionsHash(manifest.permissions),
    repository:
      question.repository === undefined ? undefined : neutralText(question.repository, 64),
    findings: question.findings ?? [],
    permissions: describePermissions(manifest.permissions),
    added: describePermissions(addedPermissions(granted, manifest.permissions)),
    warnings: [...warningsOf(question)],
  }
}

function* warningsOf({ manifest, installed, signature, trust }: Question): Generator<string> {
  if (installed !== undefined && isOlder(manifest.version, installed))
    yield `It is older than ${installed}, which is installed: mended faults may come back`
  const obstacle = whyNotEnforceable(manifest, manifest.permissions)
  if (obstacle !== undefined) yield `It cannot be run by this version of MilkBottle: ${obstacle}`
  if (signature.status === 'unsigned') {
    yield 'Nobody signed it: whoever handed it to you could have changed it'
    return
  }
  if (trust.signer !== undefined && trust.signer.keyId !== signature.keyId)
    yield 'It is signed by another key than before'
}
