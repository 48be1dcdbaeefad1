import { canonicalJson } from '@mb/kernel'
import { isPluginId, manifestOfValue, type Manifest } from '@mb/manifest'
import type { SQLOutputValue } from 'node:sqlite'
import { z } from 'zod'
import { updatePolicies } from '../configuration/plugin-settings.ts'
import { PluginError } from '../plugin-error.ts'
import { newestFirst } from './newest-first.ts'
import type { PluginRecord, PluginVersion } from './plugin-record.ts'
import { howToMend } from './state-error.ts'

/** A row of a table. */
export type Row = Readonly<Record<string, SQLOutputValue>>

type Values = readonly (string | number | null)[]

const pluginRow = z.object({
  // It becomes a path.
  id: z.string().refine(isPluginId),
  version: z.string(),
  enabled: z.union([z.literal(0), z.literal(1)]),
  words: z.string(),
  wanted_by: z.enum(['person', 'plugin']),
  link: z.nullable(z.string()),
  updates: z.nullable(z.enum(updatePolicies)),
  held: z.nullable(z.string()),
})
const versionRow = z.object({
  plugin: z.string(),
  version: z.string(),
  digest: z.string(),
  key_id: z.nullable(z.string()),
  installed_at: z.string(),
  source: z.string(),
  manifest: z.string(),
})
const words = z.record(z.string(), z.string())
const held = z.strictObject({ version: z.string(), reason: z.string(), at: z.string() })

/**
 * Reads a row of the table `plugins`, and those of its versions.
 *
 * @throws PluginError `MB_STATE_BROKEN`
 */
export function decodeRecord(value: Row, versionRows: readonly Row[]): PluginRecord {
  return unlessDamaged(value['id'], () => {
    const facts = pluginRow.parse(value)
    const versions = newestFirst(versionRows.map(decodeVersion))
    const active = versions.find(({ version }) => version === facts.version)
    if (active === undefined) throw new RangeError(`Cannot find version ${facts.version}`)
    return {
      get manifest() {
        return active.manifest
      },
      digest: active.digest,
      keyId: active.keyId,
      installedAt: active.installedAt,
      source: active.source,
      id: facts.id,
      enabled: facts.enabled === 1,
      words: words.parse(JSON.parse(facts.words)),
      versions,
      wantedBy: facts.wanted_by,
      ...(facts.link === null ? {} : { link: facts.link }),
      ...(facts.updates === null ? {} : { updates: facts.updates }),
      ...(facts.held === null ? {} : { held: held.parse(JSON.parse(facts.held)) }),
    }
  })
}

/** The values of a row of `plugins`, in the order of {@link pluginColumns}. */
export function encodeRecord(record: PluginRecord): Values {
  return [
    record.id,
    record.manifest.version,
    record.enabled ? 1 : 0,
    canonicalJson(record.words),
    record.wantedBy,
    record.link ?? null,
    record.updates ?? null,
    record.held === undefined ? null : canonicalJson(record.held),
  ]
}

/** The values of a row of `versions`, in the order of {@link versionColumns}. */
export function encodeVersion(plugin: string, version: PluginVersion): Values {
  return [
    plugin,
    version.version,
    version.digest,
    version.keyId ?? null,
    version.installedAt,
    version.source,
    canonicalJson(version.manifest),
  ]
}

/** The columns of the table `plugins`. */
export const pluginColumns: readonly string[] = Object.keys(pluginRow.shape)

/** The columns of the table `versions`. */
export const versionColumns: readonly string[] = Object.keys(versionRow.shape)

function decodeVersion(value: Row): PluginVersion {
  const facts = versionRow.parse(value)
  let manifest: Manifest | undefined
  return {
    version: facts.version,
    digest: facts.digest,
    keyId: facts.key_id ?? undefined,
    installedAt: facts.installed_at,
    source: facts.source,
    // Of all that is installed, a run reads one: reading them all would take longer than the run.
    get manifest() {
      manifest ??= unlessDamaged(facts.plugin, () => manifestIn(facts))
      return manifest
    },
  }
}

function manifestIn({ plugin, version, manifest }: z.infer<typeof versionRow>): Manifest {
  const found = manifestOfValue(JSON.parse(manifest))
  if (found.version === version && plugin.endsWith(`/${found.name}`)) return found
  throw new RangeError(`Cannot be ${plugin} ${version}: it is ${found.name} ${found.version}`)
}

function unlessDamaged<T>(id: unknown, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof PluginError) throw error
    throw new PluginError(
      'MB_STATE_BROKEN',
      `Cannot read what is installed: the record of "${String(id)}" is damaged`,
      { hint: howToMend, cause: error },
    )
  }
}
