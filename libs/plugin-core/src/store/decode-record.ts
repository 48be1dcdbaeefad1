import { canonicalJson } from '@mb/kernel'
import { isPluginId, parseManifest } from '@mb/manifest'
import type { SQLOutputValue } from 'node:sqlite'
import { z } from 'zod'
import { PluginError } from '../plugin-error.ts'
import type { PluginRecord } from './plugin-record.ts'
import { howToMend } from './state-error.ts'

/** A row of the table `plugins`. */
type Row = Readonly<Record<string, SQLOutputValue>>

const row = z.object({
  // It becomes a path.
  id: z.string().refine(isPluginId),
  enabled: z.union([z.literal(0), z.literal(1)]),
  digest: z.string(),
  key_id: z.nullable(z.string()),
  installed_at: z.string(),
  source: z.string(),
  words: z.string(),
  manifest: z.string(),
})
const words = z.record(z.string(), z.string())

/**
 * Reads one row of the table.
 *
 * @throws PluginError `MB_STATE_BROKEN`
 */
export function decodeRecord(value: Row): PluginRecord {
  try {
    const facts = row.parse(value)
    return {
      id: facts.id,
      enabled: facts.enabled === 1,
      digest: facts.digest,
      keyId: facts.key_id ?? undefined,
      installedAt: facts.installed_at,
      source: facts.source,
      words: words.parse(JSON.parse(facts.words)),
      manifest: parseManifest(facts.manifest, { format: 'json' }),
    }
  } catch (error) {
    throw new PluginError(
      'MB_STATE_BROKEN',
      `Cannot read what is installed: the record of "${String(value['id'])}" is damaged`,
      { hint: howToMend, cause: error },
    )
  }
}

/** The values of a row, in the order of {@link columns}. */
export function encodeRecord(record: PluginRecord): readonly (string | number | null)[] {
  return [
    record.id,
    record.enabled ? 1 : 0,
    record.digest,
    record.keyId ?? null,
    record.installedAt,
    record.source,
    canonicalJson(record.words),
    canonicalJson(record.manifest),
  ]
}

/** The columns of the table. */
export const columns: string = Object.keys(row.shape).join(', ')
