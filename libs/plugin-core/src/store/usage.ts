import { closeSync, existsSync, openSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { HomeLayout } from './home-layout.ts'
import { isDamaged } from './state-error.ts'

/** One run of a plugin that has ended. */
export interface Use {
  /** The plugin's. */
  readonly id: string
  /** When it ended; ISO 8601, UTC. */
  readonly at: string
  readonly durationMs: number
  /** The code of the error that it ended with; absent for a run that did what it should. */
  readonly error?: string | undefined
}

/** How a plugin was, when it was last asked. */
export interface KnownHealth {
  readonly status: 'healthy' | 'warning' | 'unhealthy' | 'error'
  readonly reason?: string | undefined
  /** ISO 8601, UTC. */
  readonly at: string
}

/** What is known of the use of one plugin. */
export interface PluginUsage {
  readonly runs: number
  readonly errors: number
  /** Of all runs together. */
  readonly totalMs: number
  readonly longestMs: number
  /** ISO 8601, UTC. */
  readonly lastUsedAt?: string | undefined
  /** Code of the error that a run ended with last. */
  readonly lastError?: string | undefined
  readonly health?: KnownHealth | undefined
}

// Whoever waits for it waits for the result of their command.
const patienceMs = 50

/**
 * Counts a run. Never throws: a run that cannot be counted has run all the same.
 *
 * @returns whether it was counted
 */
export function recordUse(layout: HomeLayout, { id, at, durationMs, error }: Use): boolean {
  const ms = Math.max(0, Math.round(durationMs))
  return write(layout, (database) =>
    database
      .prepare(
        `INSERT INTO usage (id, runs, errors, total_ms, longest_ms, last_used, last_error)
         VALUES (:id, 1, :errors, :ms, :ms, :at, :error)
         ON CONFLICT (id) DO UPDATE SET
           runs = runs + 1, errors = errors + :errors, total_ms = total_ms + :ms,
           longest_ms = max(longest_ms, :ms), last_used = :at, last_error = coalesce(:error, last_error)`,
      )
      .run({ id, ms, at, errors: error === undefined ? 0 : 1, error: error ?? null }),
  )
}

/**
 * Remembers how a plugin was found to be. Never throws.
 *
 * @returns whether it is remembered
 */
export function recordHealth(layout: HomeLayout, id: string, health: KnownHealth): boolean {
  return write(layout, (database) =>
    database
      .prepare(
        `INSERT INTO usage (id, health) VALUES (:id, :health)
         ON CONFLICT (id) DO UPDATE SET health = :health`,
      )
      .run({ id, health: JSON.stringify(health) }),
  )
}

/** Forgets the use of plugins that are gone. Never throws. */
export function forgetUse(layout: HomeLayout, ids: readonly string[]): void {
  if (!existsSync(layout.usage)) return
  write(layout, (database) => {
    for (const id of ids) database.prepare('DELETE FROM usage WHERE id = ?').run(id)
  })
}

/** What is known of the use of each plugin; nothing, where that cannot be read. */
export function readUsage(layout: HomeLayout): ReadonlyMap<string, PluginUsage> {
  if (!existsSync(layout.usage)) return new Map()
  try {
    using database = new DatabaseSync(layout.usage, { timeout: patienceMs, readOnly: true })
    return new Map(database.prepare('SELECT * FROM usage').all().map(decode))
  } catch {
    return new Map()
  }
}

function write(layout: HomeLayout, act: (database: DatabaseSync) => void): boolean {
  try {
    // SQLite would make it readable for all.
    if (!existsSync(layout.usage)) closeSync(openSync(layout.usage, 'a', 0o600))
    using database = new DatabaseSync(layout.usage, { timeout: patienceMs })
    // A killed process harms nothing. A power cut may cost the counts: waiting for the disk, as closing a database with
    // a log of its own does, took 12 ms of each run, and this takes less than one.
    database.exec('PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = OFF')
    database.exec(table)
    act(database)
    return true
  } catch (error) {
    if (isDamaged(error)) rmSync(layout.usage, { force: true })
    return false
  }
}

const table = `
  CREATE TABLE IF NOT EXISTS usage (
    id TEXT PRIMARY KEY, runs INTEGER NOT NULL DEFAULT 0, errors INTEGER NOT NULL DEFAULT 0,
    total_ms INTEGER NOT NULL DEFAULT 0, longest_ms INTEGER NOT NULL DEFAULT 0, last_used TEXT, last_error TEXT,
    health TEXT
  ) STRICT`

const row = z.object({
  id: z.string(),
  runs: z.number(),
  errors: z.number(),
  total_ms: z.number(),
  longest_ms: z.number(),
  last_used: z.nullable(z.string()),
  last_error: z.nullable(z.string()),
  health: z.nullable(z.string()),
})
const health = z.object({
  status: z.enum(['healthy', 'warning', 'unhealthy', 'error']),
  reason: z.string().optional(),
  at: z.string(),
})

function decode(value: unknown): readonly [string, PluginUsage] {
  const facts = row.parse(value)
  return [
    facts.id,
    {
      runs: facts.runs,
      errors: facts.errors,
      totalMs: facts.total_ms,
      longestMs: facts.longest_ms,
      lastUsedAt: facts.last_used ?? undefined,
      lastError: facts.last_error ?? undefined,
      health: facts.health === null ? undefined : health.parse(JSON.parse(facts.health)),
    },
  ]
}
