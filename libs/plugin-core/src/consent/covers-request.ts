import { addedPermissions, permissionsHash, type Permissions } from '@mb/manifest'
import { canonicalJson, sha256 } from '@mb/kernel'
import { sourcePlace } from '../fetch/source-place.ts'
import type { Grant } from './grants.ts'
import { isInRange, isSingleVersion } from './grant-range.ts'
import { isNothing, unionPermissions } from './permission-entries.ts'

/** What a version of a plugin asks for. */
export interface PermissionRequest {
  /** What it cannot work without. */
  readonly permissions: Permissions
  /** What it can make use of. */
  readonly optionalPermissions: Permissions
}

/** A version of a plugin that wants to be let in under a grant. */
export interface GrantCandidate {
  readonly manifest: PermissionRequest & { readonly version: string }
  /** Who signed it; undefined for nobody. */
  readonly keyId: string | undefined
  /** Where it came from: that vouches for what nobody signed. */
  readonly source: string
}

/** Why a grant does not hold. */
export type GrantGap =
  | { readonly kind: 'nothing-granted' }
  | { readonly kind: 'other-publisher'; readonly granted: string; readonly found: string }
  | { readonly kind: 'other-version'; readonly range: string; readonly found: string }
  | { readonly kind: 'asks-more'; readonly more: Permissions }

/** Why a grant does not hold for a candidate; empty when it does. */
export function grantGaps(
  grant: Grant | undefined,
  candidate: GrantCandidate,
): readonly GrantGap[] {
  if (grant === undefined) return [{ kind: 'nothing-granted' }]
  const more = newlyAsked(grant, candidate.manifest)
  return [
    ...bindingGaps(grant, candidate),
    ...(isNothing(more) ? [] : [{ kind: 'asks-more', more } as const]),
  ]
}

/**
 * Why a grant does not hold for a version that a person names to go back to: that it is of another range was their word. A
 * grant for one version alone holds for that one.
 */
export function returnGaps(
  grant: Grant | undefined,
  candidate: GrantCandidate,
): readonly GrantGap[] {
  const gaps = grantGaps(grant, candidate)
  const isExact = grant !== undefined && isSingleVersion(grant.range)
  return isExact ? gaps : gaps.filter(({ kind }) => kind !== 'other-version')
}

/**
 * Whether a grant holds for a version of its plugin without asking anybody: it is by the same publisher, in the range
 * that was agreed on, and asks for the same or less.
 */
export function coversRequest(grant: Grant | undefined, candidate: GrantCandidate): boolean {
  return grantGaps(grant, candidate).length === 0
}

/**
 * Whether a grant is about what is installed, so that it may run with what of it was granted. Where unsigned files came
 * from was held against the grant when they were let in.
 */
export function isGrantOf(
  grant: Grant | undefined,
  installed: Omit<GrantCandidate, 'manifest'> & { readonly manifest: { readonly version: string } },
): grant is Grant {
  return (
    grant !== undefined &&
    bindingGaps(grant, { ...installed, source: grant.source ?? installed.source }).length === 0
  )
}

function bindingGaps(
  grant: Grant,
  { manifest, keyId, source }: Parameters<typeof isGrantOf>[1],
): readonly GrantGap[] {
  const { version } = manifest
  const isSamePublisher =
    grant.keyId === keyId &&
    (keyId !== undefined ||
      grant.source === undefined ||
      sourcePlace(grant.source) === sourcePlace(source))
  return [
    ...(isSamePublisher
      ? []
      : [
          {
            kind: 'other-publisher',
            granted: publisher(grant.keyId, grant.source),
            found: publisher(keyId, source),
          } as const,
        ]),
    ...(isInRange(version, grant.range)
      ? []
      : [{ kind: 'other-version', range: grant.range, found: version } as const]),
  ]
}

/** The hash of what a person is asked about: what is needed, and what else is made use of. */
export function requestHash({ permissions, optionalPermissions }: PermissionRequest): string {
  const needed = permissionsHash(permissions)
  if (isNothing(optionalPermissions)) return needed
  return sha256(canonicalJson([needed, permissionsHash(optionalPermissions)]))
}

/** All that a plugin could be granted. */
export function allAsked({ permissions, optionalPermissions }: PermissionRequest): Permissions {
  return unionPermissions(permissions, optionalPermissions)
}

/** Why a grant does not hold, in words for a person. */
export function gapInWords(gap: GrantGap): string {
  switch (gap.kind) {
    case 'nothing-granted':
      return 'Nothing was granted to it yet'
    case 'other-publisher':
      return `It comes ${gap.found}, and you agreed to what came ${gap.granted}`
    case 'other-version':
      return `It is version ${gap.found}, and you agreed to ${gap.range}`
    case 'asks-more':
      return 'It asks for more than you agreed to'
    default:
      return gap satisfies never
  }
}

/** What of a request was neither granted nor taken back: what was taken back stays so, and nobody is asked again. */
function newlyAsked({ permissions, revoked }: Grant, asked: PermissionRequest): Permissions {
  const beyond = addedPermissions(permissions, asked.permissions)
  return revoked === undefined ? beyond : addedPermissions(revoked, beyond)
}

function publisher(keyId: string | undefined, source: string | undefined): string {
  if (keyId !== undefined) return `with the signature of key ${keyId.slice(0, 16)}`
  return source === undefined ? 'without a signature' : `without a signature from ${source}`
}
