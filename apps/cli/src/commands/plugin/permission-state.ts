import {
  addedPermissions,
  describePermissions,
  describeTypePermissions,
  noPermissions,
  type PermissionDescription,
  type Permissions,
} from '@mb/manifest'
import { permissionName, type InstalledPlugin, type PluginHost } from '@mb/plugin-core'

/** A permission, and what a person types to name it. */
export interface NamedDescription extends PermissionDescription {
  readonly name: string
}

/** What a plugin may do, and what it is without. */
export interface PermissionState {
  readonly id: string
  readonly version: string
  /** Null when nothing is granted, not even to run. */
  readonly grantedAt: string | null
  /** The versions that the grant is good for; null without one. */
  readonly range: string | null
  readonly granted: readonly NamedDescription[]
  /** What it needs, was granted, and was taken back. */
  readonly revoked: readonly NamedDescription[]
  /** What it needs, and was never granted. */
  readonly notGranted: readonly NamedDescription[]
  /** What it can do without, and is without. */
  readonly optional: readonly NamedDescription[]
  /** What it may do by its type, with what the person names for a run. */
  readonly byType: readonly PermissionDescription[]
}

/** Reads what a plugin may do. */
export async function readPermissionState(
  host: PluginHost,
  plugin: InstalledPlugin,
): Promise<PermissionState> {
  const grant = await host.grants(plugin.id)
  const { permissions = noPermissions, revoked = noPermissions } = grant ?? {}
  const missing = addedPermissions(permissions, plugin.permissions)
  return {
    id: plugin.id,
    version: plugin.version,
    grantedAt: grant?.grantedAt ?? null,
    range: grant?.range ?? null,
    granted: named(permissions),
    revoked: named(within(missing, revoked)),
    notGranted: named(addedPermissions(revoked, missing)),
    optional: named(addedPermissions(permissions, plugin.optionalPermissions)),
    byType: describeTypePermissions(plugin),
  }
}

function named(permissions: Permissions): readonly NamedDescription[] {
  return describePermissions(permissions).map((described) => ({
    ...described,
    name: permissionName(described),
  }))
}

/** What of the one the other holds. */
function within(permissions: Permissions, holds: Permissions): Permissions {
  return addedPermissions(addedPermissions(holds, permissions), permissions)
}
