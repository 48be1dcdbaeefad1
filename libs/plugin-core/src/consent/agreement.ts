import type { Permissions } from '@mb/manifest'
import { allAsked, requestHash, type GrantCandidate } from './covers-request.ts'
import { effectivePermissions } from './effective-permissions.ts'
import { usualRange } from './grant-range.ts'
import type { Grant } from './grants.ts'
import { isNamed } from './named-permissions.ts'
import { holdsAll, permissionEntries, unionPermissions } from './permission-entries.ts'

/** What somebody said yes to. */
export interface Agreement {
  readonly permissions: Permissions
  /** The versions that the yes is good for. */
  readonly range: string
}

/** What a yes is about, beside what the plugin needs. */
export interface AgreementOptions {
  /** Names of the optional permissions that are granted now. */
  readonly optional: readonly string[]
  /** Only this very version. */
  readonly isExact: boolean
  /** What holds already: what of it is optional stays granted. */
  readonly before: Grant | undefined
}

/** What a yes to a candidate means. */
export function agreementTo(
  { manifest }: Pick<GrantCandidate, 'manifest'>,
  { optional, isExact, before }: AgreementOptions,
): Agreement {
  const chosen = permissionEntries(manifest.optionalPermissions).filter(
    (entry) =>
      isNamed(entry, optional) ||
      (before !== undefined && holdsAll(before.permissions, entry.only)),
  )
  return {
    permissions: unionPermissions(manifest.permissions, ...chosen.map(({ only }) => only)),
    range: isExact ? manifest.version : usualRange(manifest.version),
  }
}

/** The grant of what somebody said yes to. */
export function grantOf(
  { manifest, keyId, source }: GrantCandidate,
  agreement: Agreement,
  grantedAt: string,
): Grant {
  return {
    permissions: agreement.permissions,
    grantedAt,
    requestHash: requestHash(manifest),
    version: manifest.version,
    range: agreement.range,
    ...(keyId === undefined ? { source } : { keyId }),
  }
}

/**
 * What is granted once a version is let in: what somebody agreed to now, else what held before, as far as this version asks
 * for it. What a version gives up, a later one has to ask for again.
 */
export function grantAfter(
  before: Grant | undefined,
  candidate: GrantCandidate,
  { agreement, at }: { readonly agreement: Agreement | undefined; readonly at: string },
): Grant | undefined {
  if (agreement !== undefined) return grantOf(candidate, agreement, at)
  // It may have been taken back since it was found to hold.
  if (before === undefined) return undefined
  const { manifest } = candidate
  return {
    ...before,
    permissions: effectivePermissions(allAsked(manifest), before.permissions),
    requestHash: requestHash(manifest),
    version: manifest.version,
  }
}
