import { join } from 'node:path'
import { errorCode, readTextBounded, writeFileAtomic } from '@mb/kernel'
import { z } from 'zod'
import type { PackageRepository } from '../install/package-repository.ts'
import type { HomeLayout } from '../store/home-layout.ts'
import { makeFolders } from '../store/home-folders.ts'
import { StateChange } from '../store/state-change.ts'
import type { PluginUpdate } from './plugin-update.ts'
import { updatePlugins, type UpdateContext, type UpdateOptions } from './update-plugins.ts'

/** What the settings say of when updates are looked for. */
export interface DueRules {
  readonly intervalSeconds: number
  /** Whether what is found is installed; else it is only told. */
  readonly automatic: boolean
}

/** What looking for updates came to. */
export interface DueUpdates {
  /** Whether it was time to look. */
  readonly wasDue: boolean
  /** When it will be time again; ISO 8601, UTC. */
  readonly nextAt: string
  readonly updates: readonly PluginUpdate[]
}

/**
 * Looks for updates if the last look is longer ago than the settings say. Of several processes that do so at once, one
 * looks. Nobody is asked anything: what needs a yes waits.
 *
 * @throws what {@link updatePlugins} throws
 */
export async function updateIfDue(
  repository: PackageRepository,
  options: Pick<UpdateOptions, 'signal' | 'onStep' | 'onProgress'>,
  context: UpdateContext & DueRules,
): Promise<DueUpdates> {
  const { layout, clock, intervalSeconds, automatic, signal } = context
  const now = clock.now()
  const claim = await claimLook({ layout, now, intervalSeconds, signal })
  if (!claim.isOurs) return { wasDue: false, nextAt: timeOf(claim.nextAt), updates: [] }
  try {
    const updates = await updatePlugins(
      repository,
      { ...options, checkOnly: !automatic },
      { ...context, consent: undefined },
    )
    if (updates.length > 0 && updates.every(({ status }) => status === 'failed'))
      await writeLast(layout, claim.before)
    return { wasDue: true, nextAt: timeOf(now + intervalSeconds * secondMs), updates }
  } catch (error) {
    // Whoever was offline just now need not wait for another day.
    await writeLast(layout, claim.before)
    throw error
  }
}

/** When updates were looked for the last time; undefined when they never were. Milliseconds since 1970. */
async function lastUpdateCheck(layout: HomeLayout): Promise<number | undefined> {
  try {
    const text = await readTextBounded(placeOf(layout), { maxBytes: 4096 })
    return shape.parse(JSON.parse(text)).checkedAt
  } catch (error) {
    // What cannot be read was never written by us: it is time to look.
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'MB_FILE_TOO_LARGE' || isNonsense(error)) return undefined
    throw error
  }
}

const secondMs = 1000
const shape = z.object({ checkedAt: z.number().exactOptional() })

function isNonsense(error: unknown): boolean {
  return error instanceof SyntaxError || error instanceof z.ZodError
}

type Claim =
  | { readonly isOurs: false; readonly nextAt: number }
  | { readonly isOurs: true; readonly before: number | undefined }

/** Under the lock of all changes: who comes second finds that somebody looks already. */
async function claimLook({
  layout,
  now,
  intervalSeconds,
  signal,
}: {
  readonly layout: HomeLayout
  readonly now: number
  readonly intervalSeconds: number
  readonly signal: AbortSignal | undefined
}): Promise<Claim> {
  await makeFolders(layout.home)
  using _ = await StateChange.begin(layout, { signal })
  const before = await lastUpdateCheck(layout)
  // A clock that was set back must not keep anybody from looking.
  if (before !== undefined && before <= now && now < before + intervalSeconds * secondMs)
    return { isOurs: false, nextAt: before + intervalSeconds * secondMs }
  await writeLast(layout, now)
  return { isOurs: true, before }
}

async function writeLast(layout: HomeLayout, checkedAt: number | undefined): Promise<void> {
  const text = JSON.stringify(checkedAt === undefined ? {} : { checkedAt })
  await writeFileAtomic(placeOf(layout), `${text}\n`, { mode: 0o600 })
}

function placeOf(layout: HomeLayout): string {
  return join(layout.home, 'updates.json')
}

function timeOf(time: number): string {
  return new Date(time).toISOString()
}
