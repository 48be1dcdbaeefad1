import { errorCode, isMbError, readTextBounded, writeFileAtomic } from '@mb/kernel'
import { isPluginId } from '@mb/manifest'
import semver from 'semver'
import { z } from 'zod'
import { updatePolicies, type UpdatePolicy } from '../configuration/plugin-settings.ts'
import { PluginError } from '../plugin-error.ts'
import { reasonOf } from './home-folders.ts'
import type { PluginRecord } from './plugin-record.ts'

/** One plugin, as it is taken to another machine. What was granted to it stays behind: there, somebody is asked anew. */
export interface PluginSetEntry {
  readonly id: string
  readonly version: string
  /** Of the digest tree of its files: exactly these come, or nothing. */
  readonly digest: string
  /** Who signed it; absent for nobody. */
  readonly keyId?: string
  readonly enabled: boolean
  readonly wantedBy: PluginRecord['wantedBy']
  /** The word of each command. */
  readonly words: Readonly<Record<string, string>>
  readonly updates?: UpdatePolicy
  /** Where it came from. */
  readonly source: string
  /** Its archive, from the folder of the file, with `/`; absent where none was written. */
  readonly archive?: string
}

/** All plugins of a home, as they are taken to another machine. */
export interface PluginSet {
  readonly version: 1
  /** ISO 8601, UTC. */
  readonly exportedAt: string
  readonly plugins: readonly PluginSetEntry[]
}

const maxBytes = 4 * 1024 * 1024
const maxPlugins = 10_000
const digest = z.string().regex(/^[0-9a-f]{64}$/)
const entry = z.strictObject({
  id: z.string().refine(isPluginId, 'is no id of a plugin'),
  version: z.string().refine((text) => semver.valid(text) === text, 'is no version'),
  digest,
  keyId: digest.exactOptional(),
  enabled: z.boolean(),
  wantedBy: z.enum(['person', 'plugin']),
  words: z.record(z.string(), z.string()),
  updates: z.enum(updatePolicies).exactOptional(),
  source: z.string().max(4096),
  archive: z.string().min(1).max(1024).exactOptional(),
})
const shape = z.strictObject({
  version: z.literal(1),
  exportedAt: z.string(),
  plugins: z.array(entry).max(maxPlugins).refine(hasNoTwins, 'name one plugin twice'),
})

/**
 * Reads a file of exported plugins.
 *
 * @throws PluginError `MB_PLUGIN_SET_INVALID`
 */
export async function readPluginSet(file: string): Promise<PluginSet> {
  let value: unknown
  try {
    value = JSON.parse(await readTextBounded(file, { maxBytes }))
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(file, 'it is not JSON', error)
    if (errorCode(error) === 'ENOENT') throw invalid(file, 'there is no such file', error)
    throw invalid(file, isMbError(error) ? 'it is too large' : reasonOf(error), error)
  }
  const result = shape.safeParse(value)
  if (result.success) return result.data
  const [first] = result.error.issues
  const reason = first === undefined ? 'it has another form' : wordsOf(first)
  throw invalid(file, reason, result.error)
}

/** Writes a file of exported plugins, for the person alone. */
export async function writePluginSet(file: string, set: PluginSet): Promise<void> {
  await writeFileAtomic(file, `${JSON.stringify(set, null, 2)}\n`, { mode: 0o600 })
}

function hasNoTwins(plugins: readonly { readonly id: string }[]): boolean {
  return new Set(plugins.map(({ id }) => id)).size === plugins.length
}

function wordsOf({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`
}

function invalid(file: string, reason: string, cause: unknown): PluginError {
  return new PluginError(
    'MB_PLUGIN_SET_INVALID',
    `Cannot read the plugins in ${JSON.stringify(file)}: ${reason}`,
    { hint: 'Name a file that mb plugin export has written', cause },
  )
}
