import { isMbError } from '@mb/kernel'
import type { Permissions } from '@mb/manifest'
import type { TypedPath } from './command-values.ts'
import { permissionFor, type Places } from './granted-mounts.ts'
import { PluginError } from '../plugin-error.ts'

/** What a policy was made of. */
export interface PolicySources {
  readonly id: string
  readonly fs: Permissions['fs']
  readonly places: Places
  readonly paths: readonly TypedPath[]
  /** The real path of what was typed. */
  readonly inside: (typed: string) => string
}

/** What a sandbox refused to grant, told by the permission that asked for it, or by the argument that named it. Else the error as it is. */
export async function explainPolicy(error: unknown, sources: PolicySources): Promise<unknown> {
  if (!isMbError(error) || error.code !== 'MB_SANDBOX_POLICY') return error
  const path = error.details?.['path']
  if (typeof path !== 'string') return error
  const { id, fs, places, paths, inside } = sources
  const typed = paths.find((each) => inside(each.typed) === path)
  const permission = typed === undefined ? await permissionFor(path, fs, places) : undefined
  const what =
    typed === undefined
      ? permission && JSON.stringify(permission)
      : `"${typed.typed}" as ${typed.label}`
  if (what === undefined) return error
  const state = error.message.slice(error.message.indexOf(`${JSON.stringify(path)}: `))
  return new PluginError(
    'MB_PERMISSION_PATH',
    `Cannot open ${what} to plugin "${id}": ${state.slice(JSON.stringify(path).length + 2)}`,
    {
      hint: typed === undefined ? hintOfGrant(id) : 'Name another path',
      cause: error,
      details: { plugin: id, path },
    },
  )
}

function hintOfGrant(id: string): string {
  return `Run it in another folder; see what it may do: mb plugin permissions ${id}`
}
