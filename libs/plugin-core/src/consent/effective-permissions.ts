import { addedPermissions, type Permissions } from '@mb/manifest'

/**
 * What a plugin may do: what its manifest asks for, as far as it was granted. Neither side alone gives anything: a
 * grant that is wider than the request (of an older version, or edited by hand) does not widen it.
 */
export function effectivePermissions(asked: Permissions, granted: Permissions): Permissions {
  const beyond = addedPermissions(granted, asked)
  return {
    fs: {
      read: without(asked.fs.read, beyond.fs.read),
      write: without(asked.fs.write, beyond.fs.write),
    },
    net: without(asked.net, beyond.net),
    exec: without(asked.exec, beyond.exec),
    env: without(asked.env, beyond.env),
    secrets: without(asked.secrets, beyond.secrets),
    'http.serve': asked['http.serve'] && granted['http.serve'],
    'net.unix': without(asked['net.unix'], beyond['net.unix']),
    'system.metrics': asked['system.metrics'] && granted['system.metrics'],
  }
}

function without<T>(all: readonly T[], beyond: readonly T[]): readonly T[] {
  return all.filter((item) => !beyond.includes(item))
}
