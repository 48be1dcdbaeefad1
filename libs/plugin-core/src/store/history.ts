import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { PluginError } from '../plugin-error.ts'
import { findPlugin } from './find-plugin.ts'
import type { HomeLayout } from './home-layout.ts'
import { readDatabase, readState } from './state.ts'
import { howToMend } from './state-error.ts'
import { formOf, stateForm } from './state-form.ts'

/** What may be done to a plugin. */
export const historyActions = [
  'install',
  'update',
  'rollback',
  'uninstall',
  'enable',
  'disable',
  'link',
  'grant',
  'revoke',
  'hold',
] as const

/** One of {@link historyActions}. */
export type HistoryAction = (typeof historyActions)[number]

/** What a change did to one plugin. */
export interface HistoryNote {
  /** The plugin's. */
  readonly id: string
  readonly action: HistoryAction
  /** The version that was active before; absent when there was none. */
  readonly from?: string | undefined
  /** The version that is active after; absent when there is none. */
  readonly to?: string | undefined
  /** Why, in words for a person. */
  readonly reason?: string | undefined
}

/** A note, with when and by which change. */
export interface HistoryEntry extends HistoryNote {
  /** ISO 8601, UTC. */
  readonly at: string
  /** Name of the change; what was done at once bears one name. */
  readonly change: string
}

const text = z.nullable(z.string()).transform((value) => value ?? undefined)
const entryRow = z.object({
  at: z.string(),
  change: z.string(),
  id: z.string(),
  action: z.enum(historyActions),
  from: text,
  to: text,
  reason: text,
})

/** More of them are forgotten, the oldest first. */
const mostEntries = 10_000

/**
 * Reads what was done to a plugin, or to all of them, the latest first.
 *
 * @throws PluginError `MB_STATE_BROKEN`
 */
export function readHistory(layout: HomeLayout, id?: string): readonly HistoryEntry[] {
  return readDatabase(layout, (database) => historyIn(database, id)) ?? []
}

/**
 * Reads what was done to a plugin by its name, also to one that is gone, or to all of them; the latest first.
 *
 * @throws PluginError `MB_PLUGIN_NOT_FOUND` for one that there never was, `MB_STATE_BROKEN`
 */
export function historyOf(name: string | undefined, layout: HomeLayout): readonly HistoryEntry[] {
  const entries = readHistory(layout)
  if (name === undefined) return entries
  const wanted = name.toLowerCase().replaceAll('_', '-')
  const ids = new Set(
    entries.map(({ id }) => id).filter((id) => id === wanted || id.endsWith(`/${wanted}`)),
  )
  const id = ids.size === 1 ? [...ids].join('') : findPlugin(readState(layout).plugins, name).id
  return entries.filter((entry) => entry.id === id)
}

/** The history in an open database; the latest first. */
function historyIn(database: DatabaseSync, id?: string): readonly HistoryEntry[] {
  if (formOf(database) !== stateForm) return []
  const rows =
    id === undefined
      ? database.prepare('SELECT * FROM history ORDER BY number DESC').all()
      : database.prepare('SELECT * FROM history WHERE id = ? ORDER BY number DESC').all(id)
  return rows.map(decodeEntry)
}

function decodeEntry(value: unknown): HistoryEntry {
  const result = entryRow.safeParse(value)
  if (result.success) return result.data
  throw new PluginError('MB_STATE_BROKEN', 'Cannot read what was done to plugins: it is damaged', {
    hint: howToMend,
    cause: result.error,
  })
}

/** Writes an entry, as part of the transaction that a database is in. */
export function writeHistory(database: DatabaseSync, entry: HistoryEntry): void {
  const { at, change, id, action, from = null, to = null, reason = null } = entry
  database
    .prepare(
      'INSERT INTO history (at, change, id, action, "from", "to", reason) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    .run(at, change, id, action, from, to, reason)
  database
    .prepare('DELETE FROM history WHERE number <= (SELECT max(number) FROM history) - ?')
    .run(mostEntries)
}
