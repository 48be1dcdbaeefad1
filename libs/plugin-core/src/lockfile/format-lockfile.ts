import { isDeepStrictEqual } from 'node:util'
import { canonicalJson } from '@mb/kernel'
import { noPermissions, type Permissions } from '@mb/manifest'
import type { LockedPlugin, Lockfile } from './lockfile.ts'

/**
 * A lockfile as text: one fact a line and in the order of the names, so that two people who add different plugins change
 * different lines.
 */
export function formatLockfile({ sets, plugins }: Lockfile): string {
  const written = {
    lockfileVersion: 1,
    sets: { ...sets },
    plugins: Object.fromEntries(
      Object.entries(plugins).map(([id, plugin]) => [id, withoutNothing(plugin)]),
    ),
  }
  const sorted: unknown = JSON.parse(canonicalJson(written))
  return `${JSON.stringify(sorted, null, 2)}\n`
}

/** What is not asked for is not said. */
function withoutNothing({ permissions, optionalPermissions, ...rest }: LockedPlugin): object {
  return {
    ...rest,
    permissions: asked(permissions),
    optionalPermissions: asked(optionalPermissions),
  }
}

function asked(permissions: Permissions): object {
  const usual = new Map<string, unknown>(Object.entries(noPermissions))
  return Object.fromEntries(
    Object.entries(permissions).filter(
      ([kind, entries]) => !isDeepStrictEqual(entries, usual.get(kind)),
    ),
  )
}
