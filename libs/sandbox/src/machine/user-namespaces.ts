import { readFileSync } from 'node:fs'

/** Reads a setting of the kernel by its path in `/proc/sys`; undefined where there is none. */
export type ReadSetting = (name: string) => string | undefined

const apparmor = 'kernel/apparmor_restrict_unprivileged_userns'
const debian = 'kernel/unprivileged_userns_clone'
const most = 'user/max_user_namespaces'

/** The settings that decide whether an ordinary user may make user namespaces. */
export const namespaceSettings: readonly string[] = [apparmor, debian, most]

/** The setting that forbids an ordinary user to make user namespaces here. */
export function findForbidding(read: ReadSetting = readSetting): string | undefined {
  if (read(apparmor) === '1') return apparmor
  if (read(debian) === '0') return debian
  return read(most) === '0' ? most : undefined
}

/** What keeps an ordinary user from making user namespaces here, and what lifts it. */
export function howToAllowNamespaces(read: ReadSetting = readSetting): string {
  const forbidding = findForbidding(read)
  if (forbidding === apparmor) {
    return [
      'Install bubblewrap, and let it pass the AppArmor rule of Ubuntu: write to /etc/apparmor.d/bwrap',
      '  abi <abi/4.0>,',
      '  include <tunables/global>',
      '  profile bwrap /usr/bin/bwrap flags=(unconfined) { userns, }',
      'and run sudo apparmor_parser -r /etc/apparmor.d/bwrap',
    ].join('\n')
  }
  if (forbidding === debian)
    return 'Allow user namespaces: sudo sysctl kernel.unprivileged_userns_clone=1'
  if (forbidding === most)
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
