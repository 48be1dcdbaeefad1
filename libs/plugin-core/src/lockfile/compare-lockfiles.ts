import {
  addedPermissions,
  describePermissions,
  noPermissions,
  type PermissionDescription,
} from '@mb/manifest'
import semver from 'semver'
import type { LockedPlugin, Lockfile } from './lockfile.ts'

/** What happened to a plugin between two lockfiles. */
export interface LockfileChange {
  readonly id: string
  /** `replaced` is other content under the same version. */
  readonly kind: 'added' | 'removed' | 'newer' | 'older' | 'replaced' | 'moved'
  readonly from?: LockedPlugin
  readonly to?: LockedPlugin
  /** What it asks for and did not before. */
  readonly gains: readonly PermissionDescription[]
  /** What it asked for and does not any more. */
  readonly loses: readonly PermissionDescription[]
  /** As {@link LockfileChange.gains}, of what it can make use of. */
  readonly optionalGains: readonly PermissionDescription[]
  readonly isOtherSigner: boolean
  readonly isOtherRepository: boolean
}

/** What is other in a lockfile than in one before, in the order of the ids. */
export function compareLockfiles(before: Lockfile, after: Lockfile): readonly LockfileChange[] {
  const ids = new Set([...Object.keys(before.plugins), ...Object.keys(after.plugins)])
  return [...ids].toSorted().flatMap((id) => {
    const [from, to] = [own(before, id), own(after, id)]
    const kind = kindOf(from, to)
    if (kind === undefined) return []
    return [
      {
        id,
        kind,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        gains: gained(from?.permissions, to?.permissions),
        loses: gained(to?.permissions, from?.permissions),
        optionalGains: gained(from?.optionalPermissions, to?.optionalPermissions),
        isOtherSigner: from !== undefined && to !== undefined && from.keyId !== to.keyId,
        isOtherRepository:
          from !== undefined && to !== undefined && from.repository !== to.repository,
      },
    ]
  })
}

function own({ plugins }: Lockfile, id: string): LockedPlugin | undefined {
  return Object.hasOwn(plugins, id) ? plugins[id] : undefined
}

function kindOf(
  from: LockedPlugin | undefined,
  to: LockedPlugin | undefined,
): LockfileChange['kind'] | undefined {
  if (from === undefined) return to === undefined ? undefined : 'added'
  if (to === undefined) return 'removed'
  const order = semver.compareBuild(to.version, from.version)
  if (order !== 0) return order > 0 ? 'newer' : 'older'
  if (from.digest !== to.digest || from.permissionsHash !== to.permissionsHash) return 'replaced'
  return from.keyId === to.keyId && from.repository === to.repository ? undefined : 'moved'
}

function gained(
  before: LockedPlugin['permissions'] = noPermissions,
  after: LockedPlugin['permissions'] = noPermissions,
): readonly PermissionDescription[] {
  return describePermissions(addedPermissions(before, after))
}
