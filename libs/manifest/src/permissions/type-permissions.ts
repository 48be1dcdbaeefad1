import type { Manifest, ValueDeclaration } from '../manifest.ts'
import type { PluginType } from '../plugin-type.ts'
import type { PermissionDescription } from './describe-permissions.ts'

/**
 * What a plugin may do that was granted nothing: read or write what the person names on the command line, or exchange data
 * with the host of an address that is named there, in that run; and write to a folder for temporary files that is its own
 * and empties with the run.
 */
export type TypePermission = 'named.read' | 'named.write' | 'named.host' | 'temp.write'

const reads: readonly TypePermission[] = ['named.read', 'named.host', 'temp.write']
const writes: readonly TypePermission[] = ['named.read', 'named.write', 'named.host', 'temp.write']

/**
 * The permissions that a plugin has by its type. They are the least that the type has a use for: no type has a host, a
 * folder or a program that nobody named, and only those that make files may write.
 */
export const typePermissions: Readonly<Record<PluginType, readonly TypePermission[]>> = {
  command: writes,
  formatter: writes,
  generator: writes,
  completion: reads,
  extension: reads,
  hook: reads,
  integration: reads,
  middleware: reads,
  provider: reads,
  template: reads,
  validator: reads,
}

/**
 * What a plugin may do by its type alone, in words, as {@link describePermissions} gives what it asks for: of what can
 * be named, only what its commands let a person name.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { describeTypePermissions } from '@mb/manifest'
 *
 * assert.deepEqual(
 *   describeTypePermissions({ type: 'hook', commands: [] }).map(({ words }) => words),
 *   ['Write temporary files, which are gone after each run'],
 * )
 * ```
 */
export function describeTypePermissions({
  type,
  commands,
}: Pick<Manifest, 'type' | 'commands'>): readonly PermissionDescription[] {
  const named = new Set(
    commands.flatMap((command) => [...command.arguments, ...command.options]).flatMap(kindsOfNamed),
  )
  return typePermissions[type]
    .filter((kind) => kind === 'temp.write' || named.has(kind))
    .map((kind) => ({ kind, target: '', words: words[kind], risk: 'low' }))
}

function kindsOfNamed({ type, access }: ValueDeclaration): readonly TypePermission[] {
  if (type === 'url') return ['named.host']
  if (type !== 'file' && type !== 'dir') return []
  return access === 'write' ? ['named.write'] : ['named.read']
}

const words: Readonly<Record<TypePermission, string>> = {
  'named.read': 'Read the files and folders that you name when you start it, in that run',
  'named.write':
    'Create and change the files and folders that you name when you start it, in that run',
  'named.host':
    'Exchange data with the hosts of the addresses that you name when you start it, in that run',
  'temp.write': 'Write temporary files, which are gone after each run',
}
