import { noPermissions } from '@mb/manifest'
import { setPluginTrust } from '../install/change-plugin.ts'
import type { ChangeContext } from '../install/commit-change.ts'
import type { InstalledPlugin } from '../store/installed-plugin.ts'
import type { Grant } from './grants.ts'
import { namedPermissions } from './named-permissions.ts'
import { holdsAll, permissionEntries, unionPermissions } from './permission-entries.ts'

/**
 * Takes back what was granted to a plugin: all of it, or what is named. It holds from the next run on.
 *
 * @throws PluginError `MB_PLUGIN_NOT_FOUND`, `MB_PLUGIN_AMBIGUOUS`, `MB_PERMISSION_UNKNOWN`
 */
export async function revokePermissions(
  name: string,
  permissions: readonly string[] | undefined,
  context: ChangeContext,
): Promise<InstalledPlugin> {
  return await setPluginTrust(
    name,
    ({ grant, ...rest }, { id }) => {
      if (permissions === undefined)
        return grant === undefined ? undefined : { after: rest, action: 'revoke' }
      const left = withoutNamed(id, grant, permissions)
      if (grant === undefined || left === undefined) return undefined
      return {
        after: { ...rest, grant: left },
        action: 'revoke',
        reason: `taken back: ${permissions.join(', ')}`,
      }
    },
    context,
  )
}

/** A grant without what is named; undefined when that changes nothing. */
function withoutNamed(
  id: string,
  grant: Grant | undefined,
  names: readonly string[],
): Grant | undefined {
  const { permissions = noPermissions, revoked = noPermissions } = grant ?? {}
  const named = namedPermissions(id, names, unionPermissions(permissions, revoked))
  const entries = permissionEntries(permissions)
  // What holds the named one goes too: a host is not taken back while all hosts below its domain stay.
  const gone = entries.filter(({ only }) => named.some((each) => holdsAll(only, each.only)))
  if (grant === undefined || gone.length === 0) return undefined
  const left = entries.filter((entry) => !gone.includes(entry))
  return {
    ...grant,
    permissions: unionPermissions(...left.map(({ only }) => only)),
    revoked: unionPermissions(revoked, ...gone.map(({ only }) => only)),
  }
}
