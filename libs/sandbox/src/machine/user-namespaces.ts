import { readFileSync } from 'node:fs'

/** Reads a setting of the kernel by its path in `/proc/sys`; undefined where there is none. */
export type ReadSetting = (name: string) => string | undefined

/** What keeps an ordinary user from making user namespaces here, and what lifts it. */
export function howToAllowNamespaces(read: ReadSetting = readSetting): string {
  if (read('kernel/apparmor_restrict_unprivileged_userns') === '1') {
    return [
      'Install bubblewrap, and let it pass the AppArmor rule of Ubuntu: write to /etc/apparmor.d/bwrap',
      '  abi <abi/4.0>,',
      '  profile bwrap /usr/bin/bwrap flags=(unconfined) { userns, }',
      'and run sudo apparmor_parser -r /etc/apparmor.d/bwrap',
    ].join('\n')
  }
  if (read('kernel/unprivileged_userns_clone') === '0')
    return 'Allow user namespaces: sudo sysctl kernel.unprivileged_userns_clone=1'
  if (read('user/max_user_namespaces') === '0')
    return 'Allow user namespaces: sudo sysctl user.max_user_namespaces=15000'
  return 'Allow user namespaces; in a container its seccomp profile forbids them'
}

/** Reads a setting of this machine. */
export function readSetting(name: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${name}`, 'utf8').trim()
  } catch {
    return undefined
  }
}
