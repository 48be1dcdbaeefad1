import { nearestName } from '@mb/kernel'
import { neutralText, type Permissions } from '@mb/manifest'
import { PluginError } from '../plugin-error.ts'
import { permissionEntries, type PermissionEntry } from './permission-entries.ts'

/**
 * The permissions that a person named, by their names or by their kinds.
 *
 * @throws PluginError `MB_PERMISSION_UNKNOWN`
 */
export function namedPermissions(
  id: string,
  names: readonly string[],
  permissions: Permissions,
): readonly PermissionEntry[] {
  const entries = permissionEntries(permissions)
  for (const name of names) {
    if (entries.some((entry) => isNamed(entry, [name]))) continue
    const known = [...new Set(entries.map((entry) => entry.name))]
    const near = nearestName(name, known)
    throw new PluginError(
      'MB_PERMISSION_UNKNOWN',
      `Cannot find ${JSON.stringify(neutralText(name, 80))} among the permissions of "${id}"`,
      { hint: hintFor(near, known) },
    )
  }
  return entries.filter((entry) => isNamed(entry, names))
}

/** Whether a permission is one of those that were named. */
export function isNamed({ name, kind }: PermissionEntry, names: readonly string[]): boolean {
  return names.includes(name) || names.includes(kind)
}

function hintFor(near: string | undefined, known: readonly string[]): string {
  if (near !== undefined) return `Did you mean "${near}"?`
  return known.length === 0 ? 'There is none' : `There is ${known.join(', ')}`
}
