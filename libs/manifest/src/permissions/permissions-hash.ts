import { canonicalJson, sha256 } from '@mb/kernel'
import type { Permissions } from './permissions.ts'

/**
 * The hash of what is asked for: equal for equal requests, whatever their order and reasons.
 *
 * @returns 64 lower-case hex digits
 */
export function permissionsHash(permissions: Permissions): string {
  return sha256(
    canonicalJson({
      ...permissions,
      fs: { read: unordered(permissions.fs.read), write: unordered(permissions.fs.write) },
      net: unordered(
        permissions.net.map(({ ports, methods, ...rest }) => ({
          ...rest,
          ports: ports?.toSorted((a, b) => a - b),
          methods: methods?.toSorted(),
        })),
      ),
      exec: unordered(permissions.exec),
      env: unordered(permissions.env),
      secrets: unordered(permissions.secrets),
      'net.unix': unordered(permissions['net.unix']),
    }),
  )
}

function unordered(entries: readonly { readonly reason?: string }[]): readonly string[] {
  return entries.map((entry) => canonicalJson({ ...entry, reason: undefined })).toSorted()
}
