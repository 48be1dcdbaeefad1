import { mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { isInside } from '@mb/kernel'
import { findNamespaces } from '../../backends/namespaces/find-namespaces.ts'
import { isVisible, type JailPlan } from '../../jail/jail-plan.ts'
import { readTree } from './read-tree.ts'
import { removeTree } from '../../machine/remove-tree.ts'
import type { View, ViewMaker } from './view.ts'

/**
 * Views by an overlay file system that is mounted inside of the jail: what is written lies in a folder of ours, and costs what it holds.
 *
 * @param folder without links
 * @param base a folder outside of it, for what is written
 */
export function overlayViews(folder: string, base: string): ViewMaker {
  return {
    kind: 'overlay',
    make: async () => openOverlay(folder, base),
  }
}

async function openOverlay(folder: string, base: string): Promise<View> {
  const place = await mkdtemp(join(base, 'view-'))
  const [written, work] = [join(place, 'written'), join(place, 'work')]
  await Promise.all([mkdir(written), mkdir(work)])
  const builder = await findNamespaces(undefined, { folder, written, work })
  return {
    builder: { ...builder, shape: { overlay: true } },
    show: (plan) => withoutSources(withOverlay(plan, folder), folder),
    readChanges: () => readTree(written),
    [Symbol.asyncDispose]: () => removeTree(place),
  }
}

/** In what is granted above it, it is a mount that nobody has asked for. */
function withOverlay(plan: JailPlan, folder: string): JailPlan {
  const { mounts } = plan
  const isAsked = mounts.some(({ path }) => path === folder)
  if (isAsked || !isVisible(mounts, folder)) return plan
  return { ...plan, mounts: [...mounts, { path: folder, kind: 'bind', writable: false }] }
}

/** To the overlay a file is another one than on the disk: its number says nothing. */
function withoutSources(plan: JailPlan, folder: string): JailPlan {
  return {
    ...plan,
    mounts: plan.mounts.map((mount) => {
      if (mount.source === undefined || !isInside(folder, mount.source.path)) return mount
      const { source: _, ...rest } = mount
      return rest
    }),
  }
}
