import {
  addedPermissions,
  describePermissions,
  describeTypePermissions,
  isOlder,
  neutralText,
  noPermissions,
  type Permissions,
} from '@mb/manifest'
import { whyNotEnforceable } from '../run/check-enforceable.ts'
import { agreementTo } from './agreement.ts'
import type { Question } from './ask-consent.ts'
import type {
  ConsentRequest,
  ConsentSignature,
  NeededPlugin,
  OptionalPermission,
} from './consent.ts'
import { allAsked, gapInWords, requestHash, type GrantGap } from './covers-request.ts'
import { usualRange } from './grant-range.ts'
import { isNamed } from './named-permissions.ts'
import { holdsAll, permissionEntries, unionPermissions } from './permission-entries.ts'

/** What the person is shown: of strangers' texts, one harmless line each. */
export function consentRequest(question: Question, gaps: readonly GrantGap[]): ConsentRequest {
  const { id, manifest, installed, digest, trust, repository, neededBy, source } = question
  const { permissions } = manifest
  const granted = trust.grant?.permissions ?? noPermissions
  const added = addedPermissions(granted, permissions)
  return {
    id,
    version: manifest.version,
    replaces: installed,
    description: neutralText(manifest.description),
    author: neutralText(manifest.author),
    signature: signatureOf(question),
    source: neutralText(source, 400),
    repository: repository === undefined ? undefined : neutralText(repository, 64),
    type: manifest.type,
    byType: describeTypePermissions(manifest),
    permissions: describePermissions(permissions),
    optional: [...optionalOf(question)],
    added: describePermissions(added),
    wider: describePermissions(widening(granted, added)),
    removed: describePermissions(addedPermissions(allAsked(manifest), granted)),
    needs: neededPlugins(manifest),
    neededBy,
    range: question.isExact === true ? manifest.version : usualRange(manifest.version),
    // At first there is nothing to explain.
    reasons: trust.grant === undefined ? [] : gaps.map((gap) => neutralText(gapInWords(gap), 400)),
    digest,
    permissionsHash: requestHash(manifest),
    isScanned: question.findings !== undefined,
    findings: question.findings ?? [],
    warnings: [...warningsOf(question)],
  }
}

function signatureOf({ signature, trust, keyWasNamed }: Question): ConsentSignature {
  if (signature.status === 'unsigned') return { ...signature, known: false }
  const pinned = trust.signer?.keyId
  return {
    ...signature,
    known: keyWasNamed || pinned === signature.keyId,
    ...(pinned === undefined || pinned === signature.keyId ? {} : { replaces: pinned }),
  }
}

function* optionalOf({ manifest, trust, optional = [] }: Question): Generator<OptionalPermission> {
  const granted = trust.grant?.permissions ?? noPermissions
  for (const entry of permissionEntries(manifest.optionalPermissions)) {
    const { name, only } = entry
    const isChosen = isNamed(entry, optional) || holdsAll(granted, only)
    for (const described of describePermissions(only)) yield { ...described, name, isChosen }
  }
}

/** Those of the new permissions that hold more than one of the old ones did. */
function widening(before: Permissions, added: Permissions): Permissions {
  const old = permissionEntries(before)
  const wider = permissionEntries(added).filter(({ kind, only }) =>
    old.some((each) => each.kind === kind && holdsAll(only, each.only)),
  )
  return unionPermissions(...wider.map(({ only }) => only))
}

function neededPlugins({
  plugins,
  optionalPlugins,
}: Question['manifest']): readonly NeededPlugin[] {
  return [...listed(plugins, false), ...listed(optionalPlugins, true)]
}

function listed(
  ranges: Readonly<Record<string, string>>,
  isOptional: boolean,
): readonly NeededPlugin[] {
  return Object.entries(ranges).map(([plugin, range]) => ({ plugin, range, isOptional }))
}

function* warningsOf({
  manifest,
  installed,
  signature,
  trust,
  optional = [],
  warnings = [],
}: Question): Generator<string> {
  yield* warnings
  if (installed !== undefined && isOlder(manifest.version, installed))
    yield `It is older than ${installed}, which is installed: mended faults may come back`
  const yes = agreementTo({ manifest }, { optional, isExact: false, before: trust.grant })
  const obstacle = whyNotEnforceable(manifest, yes.permissions)
  if (obstacle !== undefined) yield `It cannot be run by this version of MilkBottle: ${obstacle}`
  if (signature.status === 'unsigned') {
    yield 'Nobody signed it: whoever handed it to you could have changed it'
    return
  }
  if (trust.signer !== undefined && trust.signer.keyId !== signature.keyId)
    yield 'It is signed by another key than before'
}
