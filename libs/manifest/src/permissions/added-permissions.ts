import { containsExec, containsName, containsNet, containsPath } from './contains.ts'
import type { Permissions } from './permissions.ts'

/**
 * What `after` asks for beyond `before`: what an update has to ask the person. A wildcard host, a folder with all
 * in it, and a list of ports or methods count for what they contain. Written permission to a path is none to read it.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { addedPermissions, noPermissions } from '@mb/manifest'
 *
 * const before = { ...noPermissions, net: [{ host: '*.acme.example' }] }
 * const after = { ...noPermissions, net: [{ host: 'api.acme.example' }, { host: 'evil.example' }] }
 * assert.deepEqual(addedPermissions(before, after).net, [{ host: 'evil.example' }])
 * ```
 */
export function addedPermissions(before: Permissions, after: Permissions): Permissions {
  return {
    fs: {
      read: added(before.fs.read, after.fs.read, containsPath),
      write: added(before.fs.write, after.fs.write, containsPath),
    },
    net: added(before.net, after.net, containsNet),
    exec: added(before.exec, after.exec, containsExec),
    env: added(before.env, after.env, containsName),
    secrets: added(before.secrets, after.secrets, containsName),
    'http.serve': after['http.serve'] && !before['http.serve'],
    'net.unix': added(before['net.unix'], after['net.unix'], containsPath),
    'system.metrics': after['system.metrics'] && !before['system.metrics'],
  }
}

function added<T>(
  before: readonly T[],
  after: readonly T[],
  contains: (outer: T, inner: T) => boolean,
): readonly T[] {
  return after.filter((asked) => !before.some((granted) => contains(granted, asked)))
}
