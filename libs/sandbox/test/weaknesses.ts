import type { BackendName } from '@mb/sandbox'
import { newKeyring, ofAll, ofMounts } from './weaknesses/of-all.ts'
import { namespacesBut, ofBubblewrap, options } from './weaknesses/of-bubblewrap.ts'
import { ofLandlock, unscoped } from './weaknesses/of-landlock.ts'
import { ofNamespaces } from './weaknesses/of-namespaces.ts'
import { both } from './weaknesses/weaken-launch.ts'
import { share, withoutStep } from './weaknesses/weaken-steps.ts'
import type { Weakening } from './weaknesses/weakening.ts'

/** All of them, for a backend. */
export function listWeaknesses(backend: BackendName): readonly Weakening[] {
  if (backend === 'bubblewrap') return [...ofAll, newKeyring, ...ofMounts, ...ofBubblewrap]
  if (backend === 'namespaces') return [...ofAll, newKeyring, ...ofMounts, ...ofNamespaces]
  return backend === 'landlock' ? [...ofAll, ...ofLandlock] : []
}

/** What nothing starts without: the jail cannot be built, and is refused by that. */
export function listBreaks(backend: BackendName): readonly Pick<Weakening, 'title' | 'weakness'>[] {
  if (backend === 'bubblewrap')
    return [
      {
        title: 'the process namespace',
        weakness: options(['--unshare-all'], namespacesBut('pid')),
      },
    ]
  if (backend === 'namespaces')
    return [{ title: 'the process namespace', weakness: share(0x2000_0000) }]
  if (backend !== 'landlock') return []
  return [
    {
      title: 'new privileges forbidden',
      weakness: both(unscoped, withoutStep('forbid new privileges')),
    },
  ]
}
