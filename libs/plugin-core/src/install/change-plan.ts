import { join, relative, sep } from 'node:path'
import { readJournal, resolveInside, type JournalEntry } from '@mb/kernel'
import { z } from 'zod'
import { trustSchema as trust, type PluginTrust } from '../consent/grants.ts'
import { PluginError } from '../plugin-error.ts'
import type { HomeLayout } from '../store/home-layout.ts'

/** A folder that becomes real; `aside` is where what stood in its place goes meanwhile. */
export interface Placing {
  readonly from: string
  readonly to: string
  readonly aside?: string
}

/** What a change does to one plugin. */
export interface ChangePart {
  readonly id: string
  /** The staged files of a version. */
  readonly place?: Placing
  /** The staged data folder of the plugin. With `keep`, what stood there stays where it was put aside. */
  readonly data?: Placing & { readonly keep?: boolean }
  /**
   * Stored values that take the place of those that there are, which `before` is a copy of; `put` is another copy, which is
   * kept.
   */
  readonly values?: { readonly from: string; readonly before: string; readonly put?: Placing }
  /** Folders that nothing refers to once the change is committed. */
  readonly obsolete: readonly string[]
  /** Whether the plugin's stored values go too, once the change is committed. */
  readonly purge?: boolean
  /** Absent when the change is not about trust. */
  readonly trust?: { readonly before: PluginTrust; readonly after: PluginTrust }
}

/** All that is needed to finish a change, or to undo it. It stands in the journal before anything is touched. */
export interface ChangePlan {
  /** Name of the change; the state holds the name of the last one that was committed. */
  readonly change: string
  /** In the order in which they are done; they are undone in the other one. */
  readonly parts: readonly ChangePart[]
}

const step = 'plan'
const path = z.string().min(1)
const folders = { from: path, to: path, aside: path.exactOptional() }
const shape = z.object({
  change: z.string().regex(/^[0-9a-z-]+$/),
  parts: z.array(
    z.strictObject({
      id: z.string(),
      place: z.strictObject(folders).exactOptional(),
      data: z.strictObject({ ...folders, keep: z.boolean().exactOptional() }).exactOptional(),
      values: z
        .strictObject({ from: path, before: path, put: z.strictObject(folders).exactOptional() })
        .exactOptional(),
      obsolete: z.array(path),
      purge: z.boolean().exactOptional(),
      trust: z.strictObject({ before: trust, after: trust }).exactOptional(),
    }),
  ),
})

/** The journal of a change. */
export function journalPath(layout: HomeLayout, change: string): string {
  return join(layout.journal, `${change}.jsonl`)
}

/** A plan as a line of the journal. Paths are relative: a home may be moved. */
export function planEntry(plan: ChangePlan, layout: HomeLayout): JournalEntry {
  const short = (absolute: string): string => relative(layout.home, absolute)
  return { ...plan, step, parts: plan.parts.map((part) => withPaths(part, short)) }
}

/**
 * Reads the plan of a journal.
 *
 * @returns undefined when the crash came before the plan was written: then nothing was touched
 * @throws KernelError `MB_JOURNAL_BROKEN`, `MB_PATH_OUTSIDE`; PluginError `MB_HOME_UNUSABLE`; ZodError
 */
export async function readPlan(file: string, layout: HomeLayout): Promise<ChangePlan | undefined> {
  const [entry] = (await readJournal(file)) ?? []
  if (entry?.step !== step) return undefined
  const { change, parts } = shape.parse('parts' in entry ? entry : ofOnePart(entry))
  const whole = (short: string): string => placeIn(layout, short)
  return { change, parts: parts.map((part) => withPaths(part, whole)) }
}

// Folders of the home that changes move things in.
const changed: ReadonlySet<string> = new Set(['plugins', 'data', 'backups'])

/** What a plan may name: whoever follows it removes folders with all that is in them. */
function placeIn({ home }: HomeLayout, short: string): string {
  const place = resolveInside(home, short)
  const [top = '', ...below] = relative(home, place).split(sep)
  if (changed.has(top) && below.length > 0) return place
  throw new PluginError(
    'MB_HOME_UNUSABLE',
    `Cannot use "${home}": a journal names ${JSON.stringify(short)}, which no change touches`,
    { hint: 'Put it aside with mb plugin doctor --fix' },
  )
}

/** An earlier version wrote plans of one plugin, and may have been killed while it did what this one finds. */
function ofOnePart(entry: JournalEntry): unknown {
  const { step: _, change, ...part } = entry
  return { change, parts: [part] }
}

function withPaths(part: ChangePart, convert: (path: string) => string): ChangePart {
  const { place, data, values, obsolete } = part
  return {
    ...part,
    ...(place === undefined ? {} : { place: converted(place, convert) }),
    ...(data === undefined ? {} : { data: converted(data, convert) }),
    ...(values === undefined ? {} : { values: convertedValues(values, convert) }),
    obsolete: obsolete.map(convert),
  }
}

function convertedValues(
  { from, before, put }: NonNullable<ChangePart['values']>,
  convert: (path: string) => string,
): NonNullable<ChangePart['values']> {
  return {
    from: convert(from),
    before: convert(before),
    ...(put === undefined ? {} : { put: converted(put, convert) }),
  }
}

function converted<T extends Placing>(placing: T, convert: (path: string) => string): T {
  const { from, to, aside } = placing
  return {
    ...placing,
    from: convert(from),
    to: convert(to),
    ...(aside === undefined ? {} : { aside: convert(aside) }),
  }
}
