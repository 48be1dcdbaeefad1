import { canonicalJson } from '@mb/kernel'
import {
  addedPermissions,
  describePermissions,
  noPermissions,
  permissionsHash,
  type PermissionDescription,
  type Permissions,
} from '@mb/manifest'

/** One permission out of many, as a request of its own. */
export interface PermissionEntry {
  /** As a person types it: `net:api.acme.example`, `system.metrics`. */
  readonly name: string
  /** Its kind alone, which names all of that kind. */
  readonly kind: string
  /** This permission and no other. */
  readonly only: Permissions
}

/** Each permission for itself, in the order of the manifest's kinds. */
export function permissionEntries(permissions: Permissions): readonly PermissionEntry[] {
  return singles(permissions).flatMap((only) =>
    describePermissions(only).map((described) => ({
      name: permissionName(described),
      kind: described.kind,
      only,
    })),
  )
}

/** What a permission is called on a command line and in files of approvals. */
export function permissionName({
  kind,
  target,
}: Pick<PermissionDescription, 'kind' | 'target'>): string {
  return target === '' ? kind : `${kind}:${target}`
}

/** All of several, each once. */
export function unionPermissions(...all: readonly Permissions[]): Permissions {
  const merge = <T extends object>(
    of: (permissions: Permissions) => readonly T[],
  ): readonly T[] => [...new Map(all.flatMap(of).map((entry) => [entryKey(entry), entry])).values()]
  return {
    fs: { read: merge(({ fs }) => fs.read), write: merge(({ fs }) => fs.write) },
    net: merge(({ net }) => net),
    exec: merge(({ exec }) => exec),
    env: merge(({ env }) => env),
    secrets: merge(({ secrets }) => secrets),
    'http.serve': all.some((each) => each['http.serve']),
    'net.unix': merge((each) => each['net.unix']),
    'system.metrics': all.some((each) => each['system.metrics']),
  }
}

/** Whether somebody who holds `outer` holds all of `inner`. */
export function holdsAll(outer: Permissions, inner: Permissions): boolean {
  return isNothing(addedPermissions(outer, inner))
}

/** Whether nothing at all is asked for. */
export function isNothing(permissions: Permissions): boolean {
  return permissionsHash(permissions) === nothing
}

const nothing = permissionsHash(noPermissions)

function entryKey(entry: object): string {
  return canonicalJson({ ...entry, reason: undefined })
}

function singles(permissions: Permissions): readonly Permissions[] {
  const { fs, net, exec, env, secrets } = permissions
  return [
    ...fs.read.map((entry) => ({ ...noPermissions, fs: { read: [entry], write: [] } })),
    ...fs.write.map((entry) => ({ ...noPermissions, fs: { read: [], write: [entry] } })),
    ...net.map((entry) => ({ ...noPermissions, net: [entry] })),
    ...exec.map((entry) => ({ ...noPermissions, exec: [entry] })),
    ...env.map((entry) => ({ ...noPermissions, env: [entry] })),
    ...secrets.map((entry) => ({ ...noPermissions, secrets: [entry] })),
    ...(permissions['http.serve'] ? [{ ...noPermissions, 'http.serve': true }] : []),
    ...permissions['net.unix'].map((entry) => ({ ...noPermissions, 'net.unix': [entry] })),
    ...(permissions['system.metrics'] ? [{ ...noPermissions, 'system.metrics': true }] : []),
  ]
}
