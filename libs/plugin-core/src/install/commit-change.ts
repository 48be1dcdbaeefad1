import { randomUUID } from 'node:crypto'
import { rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Journal, syncDirectory, type Clock } from '@mb/kernel'
import { replaceKeyValues } from '../broker/index.ts'
import { writeTrust } from '../consent/grants.ts'
import { mendCommandIndex, writeCommandIndex } from '../store/write-command-index.ts'
import type { HistoryNote } from '../store/history.ts'
import { makeFolders } from '../store/home-folders.ts'
import type { HomeLayout } from '../store/home-layout.ts'
import { StateChange } from '../store/state-change.ts'
import type { State } from '../store/state.ts'
import { journalPath, planEntry, type ChangePlan, type Placing } from './change-plan.ts'
import { recoverChanges } from './recover-changes.ts'

/**
 * The points of a change, in their order: what was just done, and is on disk. Those of folders come once for each plugin
 * that has such a folder.
 */
export const changeSteps = [
  'locked',
  'journalled',
  'aside',
  'placed',
  'data-aside',
  'data-placed',
  'trusted',
  'indexed',
  'committed',
  'finished',
] as const

/** One of {@link changeSteps}. */
export type ChangeStep = (typeof changeSteps)[number]

/** Where and how changes are made. */
export interface ChangeContext {
  readonly layout: HomeLayout
  readonly clock: Clock
  readonly signal?: AbortSignal | undefined
  /** Told of each point; tests stop the process there. */
  readonly reached: (step: ChangeStep) => void
}

/** What a change does: to the folders and grants, and to the state. */
export interface ChangeBody<T> {
  readonly plan: Omit<ChangePlan, 'change'>
  readonly apply: (change: StateChange) => void
  /** What is remembered of it, in the same transaction. */
  readonly history: readonly HistoryNote[]
  readonly result: T
}

/**
 * Makes one change to what is installed: all of it or nothing, whatever happens on the way.
 *
 * The body is decided on when nobody else can change anything any more; without a plan, nothing is changed. The
 * moment of truth is the commit of the state: a crash before it is undone, one after it is finished, by whoever comes
 * next.
 */
export async function commitChange<T>(
  context: ChangeContext,
  decide: (state: State) => Promise<ChangeBody<T> | { readonly result: T }>,
): Promise<T> {
  const { layout, signal, reached } = context
  const change = randomUUID()
  let body: ChangeBody<T> | { readonly result: T }
  {
    using state = await StateChange.begin(layout, { signal })
    reached('locked')
    const present = state.read()
    await recoverChanges(layout, present)
    body = await decide(present)
    if (!('plan' in body)) return body.result
    try {
      await takeSteps({ ...body.plan, change }, context)
      body.apply(state)
      const at = new Date(context.clock.now()).toISOString()
      for (const note of body.history) state.note({ ...note, at, change })
      await writeCommandIndex(layout, state.advance(change))
      reached('indexed')
      state.commit()
    } catch (error) {
      await recoverChanges(layout, present)
      await writeCommandIndex(layout, present)
      throw error
    }
  }
  reached('committed')
  await recover(layout)
  reached('finished')
  return body.result
}

/** Finishes or undoes what was left, and makes the command index fit the state. */
export async function recover(
  layout: HomeLayout,
  options: { readonly waitMs?: number } = {},
): Promise<void> {
  using change = await StateChange.begin(layout, options)
  const state = change.read()
  await recoverChanges(layout, state)
  await mendCommandIndex(layout, state)
}

async function takeSteps(plan: ChangePlan, { layout, reached }: ChangeContext): Promise<void> {
  await makeFolders(layout.journal)
  await using journal = await Journal.begin(journalPath(layout, plan.change))
  await journal.append(planEntry(plan, layout))
  reached('journalled')
  for (const { id, place, data, values } of plan.parts) {
    if (place !== undefined) {
      await putInPlace(place, {
        onAside: () => reached('aside'),
        onPlaced: () => reached('placed'),
      })
    }
    if (data !== undefined) {
      await putInPlace(data, {
        onAside: () => reached('data-aside'),
        onPlaced: () => reached('data-placed'),
      })
    }
    if (values?.put !== undefined) await putInPlace(values.put, quietly)
    // Before the commit: on a full disk it fails here, where everything can be undone.
    if (values !== undefined) replaceKeyValues(layout.kv, id, values.from)
  }
  for (const { id, trust } of plan.parts)
    if (trust !== undefined) await writeTrust(layout, id, trust.after)
  reached('trusted')
}

const quietly = { onAside: () => {}, onPlaced: () => {} }

async function putInPlace(
  { from, to, aside }: Placing,
  { onAside, onPlaced }: { readonly onAside: () => void; readonly onPlaced: () => void },
): Promise<void> {
  await makeFolders(dirname(to))
  if (aside !== undefined) {
    await makeFolders(dirname(aside))
    await rename(to, aside)
    await syncDirectory(dirname(aside))
  }
  onAside()
  await rename(from, to)
  await syncDirectory(dirname(to))
  onPlaced()
}
