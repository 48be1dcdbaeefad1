import type { Weakness } from '../../src/jail/jailed-sandbox.ts'
import { both, withData } from './weaken-launch.ts'
import type { Weakening } from './weakening.ts'

/** What bubblewrap does by its options. */
export const ofBubblewrap: readonly Weakening[] = [
  {
    title: 'the user namespace',
    items: ['users'],
    rootOnly: true,
    weakness: both(
      options(['--unshare-all'], namespacesBut('user')),
      options(['--unshare-user', '--disable-userns'], []),
    ),
  },
  {
    title: 'the network namespace',
    items: ['network'],
    weakness: options(['--unshare-all'], namespacesBut('net')),
  },
  {
    title: 'the ipc namespace',
    items: ['ipc'],
    weakness: options(['--unshare-all'], namespacesBut('ipc')),
  },
  {
    title: 'the host name namespace',
    items: ['hostname'],
    weakness: both(
      options(['--unshare-all'], namespacesBut('uts')),
      options(['--hostname', 'sandbox'], []),
    ),
  },
  {
    title: 'the cgroup namespace',
    items: ['cgroup'],
    weakness: options(['--unshare-all'], namespacesBut('cgroup')),
  },
  {
    title: 'the capability drop',
    items: ['capabilities'],
    weakness: options(['--cap-drop', 'ALL'], ['--cap-add', 'CAP_SYS_ADMIN']),
  },
  { title: 'the filter', items: ['seccomp'], weakness: options(['--seccomp', '9'], []) },
  { title: 'the new session', items: ['session'], weakness: options(['--new-session'], []) },
]

/** Other options for bubblewrap. */
export function options(part: readonly string[], instead: readonly string[]): Weakness {
  return withData((data) => {
    const words = data.toString().split('\0')
    const at = words.findIndex((_, index) =>
      part.every((word, offset) => words[index + offset] === word),
    )
    if (at === -1) throw new TypeError(`Cannot weaken the options: there is no ${part.join(' ')}`)
    return Buffer.from(words.toSpliced(at, part.length, ...instead).join('\0'))
  })
}

/** Options for all namespaces but one, and but that of users. */
export function namespacesBut(left: string): readonly string[] {
  return ['ipc', 'pid', 'net', 'uts', 'cgroup']
    .filter((name) => name !== left)
    .map((name) => `--unshare-${name}`)
}
