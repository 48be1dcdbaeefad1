import { both } from './weaken-launch.ts'
import { share, withoutStep } from './weaken-steps.ts'
import type { Weakening } from './weakening.ts'

/** What the backend `namespaces` does in its steps. */
export const ofNamespaces: readonly Weakening[] = [
  {
    title: 'the user namespaces',
    items: ['users'],
    rootOnly: true,
    // Where there is none of its own, the setting would be that of the machine.
    weakness: [
      'forbid more user namespaces',
      'map the user into its namespace',
      'make the inner user namespace',
    ].reduce((weakness, words) => both(weakness, withoutStep(words)), share(0x1000_0000)),
  },
  {
    title: 'new privileges forbidden',
    items: ['no-new-privileges', 'capabilities'],
    weakness: both(withoutStep('forbid new privileges'), withoutStep('give up capabilities')),
  },
  {
    title: 'the network namespace',
    items: ['network'],
    weakness: both(share(0x4000_0000), withoutStep('bring up the network inside')),
  },
  { title: 'the ipc namespace', items: ['ipc'], weakness: share(0x0800_0000) },
  {
    title: 'the host name namespace',
    items: ['hostname'],
    weakness: both(share(0x0400_0000), withoutStep('set the name of the host')),
  },
  { title: 'the cgroup namespace', items: ['cgroup'], weakness: share(0x0200_0000) },
  {
    title: 'the capability drop',
    items: ['capabilities'],
    weakness: withoutStep('give up capabilities'),
  },
  { title: 'the filter', items: ['seccomp'], weakness: withoutStep('set the filter') },
  { title: 'the new session', items: ['session'], weakness: withoutStep('leave the session') },
]
