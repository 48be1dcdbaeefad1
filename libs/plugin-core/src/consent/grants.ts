import { errorCode, isMbError, readTextBounded, writeFileAtomic } from '@mb/kernel'
import { permissionsSchema, type Permissions } from '@mb/manifest'
import semver from 'semver'
import { z } from 'zod'
import { PluginError } from '../plugin-error.ts'
import type { HomeLayout } from '../store/home-layout.ts'
import { maxRangeLength, usualRange } from './grant-range.ts'

/** What a person agreed to, for one plugin. It holds as far as `coversRequest` says. */
export interface Grant {
  readonly permissions: Permissions
  /** What the person took back of what it needs: it runs without, and an update does not ask for it again. */
  readonly revoked?: Permissions
  /** ISO 8601, UTC. */
  readonly grantedAt: string
  /** Hash of what is asked for by the version that it was last found to hold for; see `requestHash()`. */
  readonly requestHash: string
  /** That version. */
  readonly version: string
  /** The versions that it is good for: a semver range, or the one version. */
  readonly range: string
  /** Who had signed it. */
  readonly keyId?: string
  /** Where it came from, when nobody had signed it. Absent in grants of earlier versions, which are good for one version. */
  readonly source?: string
}

/** The key that a plugin's packages have to be signed with, from its first signed install on. */
export interface PinnedSigner {
  readonly keyId: string
  /** ISO 8601, UTC. */
  readonly pinnedAt: string
}

/** All that is remembered of trust in one plugin. */
export interface PluginTrust {
  readonly grant?: Grant
  /** Stays when the grant goes: the next install of that name still has to be by the same people. */
  readonly signer?: PinnedSigner
}

/** What the file of grants holds, by plugin id. */
export type Grants = ReadonlyMap<string, PluginTrust>

const maxBytes = 4 * 1024 * 1024
const hexDigest = z.string().regex(/^[0-9a-f]{64}$/)
const version = z.string().refine((text) => semver.valid(text) !== null, 'it is no version')
const range = z
  .string()
  .max(maxRangeLength)
  .refine((text) => semver.validRange(text) !== null, 'it is no range of versions')

const grantSchema: z.ZodType<Grant> = z
  .strictObject({
    permissions: permissionsSchema,
    revoked: permissionsSchema.exactOptional(),
    grantedAt: z.string(),
    requestHash: z.string(),
    version,
    range: range.exactOptional(),
    keyId: hexDigest.exactOptional(),
    source: z.string().exactOptional(),
  })
  // The first form of the file had no range. What nobody signed was asked about at every update, and is once more.
  .transform((grant) => ({
    ...grant,
    range: grant.range ?? (grant.keyId === undefined ? grant.version : usualRange(grant.version)),
  }))

/** Reads what is remembered of trust in one plugin, in this form or the one before. */
export const trustSchema: z.ZodType<PluginTrust> = z.strictObject({
  grant: grantSchema.exactOptional(),
  signer: z.strictObject({ keyId: hexDigest, pinnedAt: z.string() }).exactOptional(),
})
const file = z.strictObject({
  version: z.literal([1, 2]),
  plugins: z.record(z.string(), trustSchema),
})

/**
 * Reads the grants of a home. People may edit the file; what cannot be read is refused and stays as it is.
 *
 * @throws PluginError `MB_GRANTS_BROKEN`
 */
export async function readGrants(layout: HomeLayout): Promise<Grants> {
  let text: string
  try {
    text = await readTextBounded(layout.grants, { maxBytes })
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return new Map()
    throw broken(layout, isMbError(error) ? 'it is too large' : 'it cannot be read', error)
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw broken(layout, 'it is not JSON', error)
  }
  const result = file.safeParse(value)
  if (!result.success) throw broken(layout, whatIsWrong(result.error), result.error)
  return new Map(Object.entries(result.data.plugins))
}

/** Replaces what is remembered of one plugin. Only whoever holds the change may do it. */
export async function writeTrust(layout: HomeLayout, id: string, to: PluginTrust): Promise<void> {
  const grants = new Map(await readGrants(layout))
  if (to.grant === undefined && to.signer === undefined) grants.delete(id)
  else grants.set(id, to)
  const plugins = Object.fromEntries([...grants].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  await writeFileAtomic(layout.grants, `${JSON.stringify({ version: 2, plugins }, null, 2)}\n`, {
    mode: 0o600,
  })
}

function whatIsWrong(error: z.ZodError): string {
  const [first] = error.issues
  return first === undefined ? 'it is damaged' : `${first.path.join('.')}: ${first.message}`
}

function broken(layout: HomeLayout, reason: string, cause: unknown): PluginError {
  return new PluginError('MB_GRANTS_BROKEN', `Cannot read "${layout.grants}": ${reason}`, {
    hint: 'Mend the file, or move it away: plugins then ask for consent again',
    cause,
  })
}
