import { existsSync } from 'node:fs'
import { isIP } from 'node:net'
import { addresses } from './world.ts'

const { own, linkLocal6, ...routed } = addresses

// Routes of kind local let somebody answer at an address that no interface has: to a proxy it is that of another machine.
const setUp = [
  'ip link set lo up',
  ...Object.values(routed)
    .flat()
    .map((address) => `ip -${isIP(address)} route add local ${address} dev lo`),
  `ip addr add ${own}/32 dev lo`,
  `ip addr add ${linkLocal6}/64 dev lo nodad`,
].join(' && ')

/** Why no network namespace can be made, as far as files tell. */
export const noOwnNetwork: string | undefined = ['/usr/bin/unshare', '/usr/bin/setpriv'].some(
  (path) => !existsSync(path),
)
  ? 'unshare and setpriv are missing'
  : existsSync('/sbin/ip') || existsSync('/usr/sbin/ip')
    ? undefined
    : 'ip is missing, of iproute2'

/** A command in a network namespace of its own, where all of the addresses lead to whoever listens. */
export function inOwnNetwork(
  command: readonly string[],
  user: number | undefined,
): readonly string[] {
  const path = 'PATH=$PATH:/usr/sbin:/sbin'
  const self = process.getuid?.() ?? -1
  if (self === 0) {
    const become =
      user === undefined
        ? []
        : ['/usr/bin/setpriv', '--reuid', user, '--regid', user, '--clear-groups']
    const script = `${path}; ${setUp} && exec "$@"`
    return [
      '/usr/bin/unshare',
      '-n',
      '/bin/sh',
      '-c',
      script,
      'sh',
      ...become.map(String),
      ...command,
    ]
  }
  // Whoever may make the namespace is root in it, and becomes itself again.
  const script = `${path}; ${setUp} && exec unshare --user --map-user=${self} -- "$@"`
  return ['/usr/bin/unshare', '-Urn', '/bin/sh', '-c', script, 'sh', ...command]
}
