import { compareLockfiles, type LockedProject, type LockfileChange } from '@mb/plugin-core'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { openHost } from './host.ts'
import { showLockfileChanges } from './lockfile-screen.ts'
import { marketplaceRepository } from './marketplace-repository.ts'

/** What was pinned, and what is other than before. */
interface Locked {
  readonly path: string
  readonly isDryRun: boolean
  readonly plugins: LockedProject['after']['plugins']
  readonly changes: readonly LockfileChange[]
}

/** Pins what the project requires. */
export async function run(invocation: Invocation, context: Context): Promise<Locked> {
  const isDryRun = invocation.has('dry-run')
  await using host = await openHost(context)
  const { path, before, after } = await context.progress.during('Choosing versions', (line) =>
    host.lockProject({
      repository: marketplaceRepository(context, { line }),
      update: invocation.has('update'),
      dryRun: isDryRun,
      signal: context.signal,
    }),
  )
  const changes = compareLockfiles(before ?? { sets: {}, plugins: {} }, after)
  return { path, isDryRun, plugins: after.plugins, changes }
}

/** Says what is pinned. */
export function render({ path, isDryRun, plugins, changes }: Locked, output: Output): void {
  const { style } = output
  showLockfileChanges(changes, output)
  const count = Object.keys(plugins).length
  const what = `${count} plugin${count === 1 ? '' : 's'}`
  output.line(
    isDryRun
      ? text`Nothing was written; ${what} would be pinned in ${path}`
      : text`${style.good('✓')} Pinned ${what} in ${path}`,
  )
}
