import { join, relative } from 'node:path'
import { readJournal, resolveInside, type JournalEntry } from '@mb/kernel'
import { z } from 'zod'
import { trustSchema as trust, type PluginTrust } from '../consent/grants.ts'
import type { HomeLayout } from '../store/home-layout.ts'

/** All that is needed to finish a change, or to undo it. It stands in the journal before anything is touched. */
export interface ChangePlan {
  /** Name of the change; the state holds the name of the last one that was committed. */
  readonly change: string
  readonly id: string
  /** A staged folder that becomes real; `aside` is where what stood there goes meanwhile. */
  readonly place?: { readonly from: string; readonly to: string; readonly aside?: string }
  /** Folders that nothing refers to once the change is committed. */
  readonly obsolete: readonly string[]
  /** Whether the plugin's stored values go too, once the change is committed. */
  readonly purge?: boolean
  /** Absent when the change is not about trust. */
  readonly trust?: { readonly before: PluginTrust; readonly after: PluginTrust }
}

const step = 'plan'
const path = z.string().min(1)
const shape = z.object({
  change: z.string().regex(/^[0-9a-z-]+$/),
  id: z.string(),
  place: z.object({ from: path, to: path, aside: path.exactOptional() }).exactOptional(),
  obsolete: z.array(path),
  purge: z.boolean().exactOptional(),
  trust: z.object({ before: trust, after: trust }).exactOptional(),
})

/** The journal of a change. */
export function journalPath(layout: HomeLayout, change: string): string {
  return join(layout.journal, `${change}.jsonl`)
}

/** A plan as a line of the journal. Paths are relative: a home may be moved. */
export function planEntry(plan: ChangePlan, layout: HomeLayout): JournalEntry {
  const { place } = plan
  const short = (absolute: string): string => relative(layout.home, absolute)
  return {
    ...plan,
    step,
    ...(place === undefined
      ? {}
      : {
          place: {
            from: short(place.from),
            to: short(place.to),
            ...(place.aside === undefined ? {} : { aside: short(place.aside) }),
          },
        }),
    obsolete: plan.obsolete.map(short),
  }
}

/**
 * Reads the plan of a journal.
 *
 * @returns undefined when the crash came before the plan was written: then nothing was touched
 * @throws KernelError `MB_JOURNAL_BROKEN`, `MB_PATH_OUTSIDE`; ZodError
 */
export async function readPlan(file: string, layout: HomeLayout): Promise<ChangePlan | undefined> {
  const [entry] = (await readJournal(file)) ?? []
  if (entry?.step !== step) return undefined
  const { place, obsolete, ...rest } = shape.parse(entry)
  const whole = (short: string): string => resolveInside(layout.home, short)
  return {
    ...rest,
    ...(place === undefined
      ? {}
      : {
          place: {
            from: whole(place.from),
            to: whole(place.to),
            ...(place.aside === undefined ? {} : { aside: whole(place.aside) }),
          },
        }),
    obsolete: obsolete.map(whole),
  }
}
