import { describeExec } from './describe-exec.ts'
import { describeNet } from './describe-net.ts'
import { describePath } from './describe-paths.ts'
import { neutralText } from '../neutral-text.ts'
import type { NamedPermission, PathPermission, Permissions } from './permissions.ts'
import type { Risk } from './risk.ts'
import type { TypePermission } from './type-permissions.ts'

/** One permission as a person is asked for it. */
export interface PermissionDescription {
  /** As in the manifest: `fs.read`, `net` … */
  readonly kind: PermissionKind
  /** What it is about, as written: a path, a host, a command, a name; `''` for kinds without. */
  readonly target: string
  /** What it means, in words. */
  readonly words: string
  readonly risk: Risk
  /** The author's reason, made harmless to print: one line, at most 200 characters. */
  readonly reason?: string
}

/** The kinds of permission: of what a manifest asks for, and of what a plugin has by its type. */
export type PermissionKind =
  | 'fs.read'
  | 'fs.write'
  | 'net'
  | 'exec'
  | 'env'
  | 'secrets'
  | 'http.serve'
  | 'net.unix'
  | 'system.metrics'
  | TypePermission

/**
 * What is asked for, one entry a permission, in the order of the manifest's kinds.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { describePermissions, noPermissions } from '@mb/manifest'
 *
 * const permissions = {
 *   ...noPermissions,
 *   fs: { read: [{ path: '${workspace}/**', reason: 'reads the history' }], write: [] },
 * }
 * assert.deepEqual(describePermissions(permissions), [
 *   {
 *     kind: 'fs.read',
 *     target: '${workspace}/**',
 *     words: 'Read all files in the folder you are in',
 *     risk: 'medium',
 *     reason: 'reads the history',
 *   },
 * ])
 * ```
 */
export function describePermissions(permissions: Permissions): readonly PermissionDescription[] {
  return [
    ...permissions.fs.read.map((entry) =>
      describe('fs.read', entry.path, describePath(entry, 'read'), entry.reason),
    ),
    ...permissions.fs.write.map((entry) =>
      describe('fs.write', entry.path, describePath(entry, 'write'), entry.reason),
    ),
    ...permissions.net.map((entry) =>
      describe('net', entry.host, describeNet(entry), entry.reason),
    ),
    ...permissions.exec.map((entry) =>
      describe(
        'exec',
        [entry.command, ...(entry.args ?? [])].join(' '),
        describeExec(entry),
        entry.reason,
      ),
    ),
    ...permissions.env.map((entry) =>
      describe('env', entry.name, describeEnv(entry), entry.reason),
    ),
    ...permissions.secrets.map((entry) =>
      describe(
        'secrets',
        entry.name,
        { words: `Use your secret "${neutralText(entry.name)}"`, risk: 'high' },
        entry.reason,
      ),
    ),
    ...(permissions['http.serve']
      ? [
          describe('http.serve', '', {
            words: 'Answer web requests on this machine, while it runs',
            risk: 'medium',
          }),
        ]
      : []),
    ...permissions['net.unix'].map((entry) =>
      describe('net.unix', entry.path, describeSocket(entry), entry.reason),
    ),
    ...(permissions['system.metrics']
      ? [
          describe('system.metrics', '', {
            words: 'See the load, memory and disks of this machine',
            risk: 'low',
          }),
        ]
      : []),
  ]
}

function describe(
  kind: PermissionKind,
  target: string,
  { words, risk }: { readonly words: string; readonly risk: Risk },
  reason?: string,
): PermissionDescription {
  const calm = neutralText(reason ?? '')
  return {
    kind,
    target: neutralText(target),
    words,
    risk,
    ...(calm === '' ? {} : { reason: calm }),
  }
}

// A name is all we know before the value is there, and these names carry keys.
const carriesKey = /token|key|secret|passw|credential|auth|cookie|session|private|dsn|_url$|_uri$/i

function describeEnv({ name }: NamedPermission): { readonly words: string; readonly risk: Risk } {
  const isKey = carriesKey.test(name)
  return {
    words: `Read the environment variable ${neutralText(name)}${isKey ? ' (this holds a key or password)' : ''}`,
    risk: isKey ? 'critical' : 'high',
  }
}

function describeSocket({ path }: PathPermission): { readonly words: string; readonly risk: Risk } {
  return {
    words: `Talk to the service behind ${neutralText(path)} (it may do anything that service can)`,
    risk: 'critical',
  }
}
