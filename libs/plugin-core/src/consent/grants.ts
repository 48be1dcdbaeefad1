import { errorCode, isMbError, readTextBounded, writeFileAtomic } from '@mb/kernel'
import { permissionsHash, permissionsSchema, type Manifest, type Permissions } from '@mb/manifest'
import { z } from 'zod'
import { PluginError } from '../plugin-error.ts'
import type { HomeLayout } from '../store/home-layout.ts'

/** What a person agreed to, for one plugin. */
export interface Grant {
  readonly permissions: Permissions
  /** ISO 8601, UTC. */
  readonly grantedAt: string
  /** Hash of what was asked; see `permissionsHash` of `@mb/manifest`. */
  readonly requestHash: string
  /** The version that asked. */
  readonly version: string
  /** Who had signed it. */
  readonly keyId?: string
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
/** Reads what is remembered of trust in one plugin. */
export const trustSchema: z.ZodType<PluginTrust> = z.strictObject({
  grant: z
    .strictObject({
      permissions: permissionsSchema,
      grantedAt: z.string(),
      requestHash: z.string(),
      version: z.string(),
      keyId: hexDigest.exactOptional(),
    })
    .exactOptional(),
  signer: z.strictObject({ keyId: hexDigest, pinnedAt: z.string() }).exactOptional(),
})
const file = z.strictObject({ version: z.literal(1), plugins: z.record(z.string(), trustSchema) })

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

/** The grant of all that a manifest asks for. */
export function grantOf({
  manifest,
  keyId,
  grantedAt,
}: {
  readonly manifest: Manifest
  readonly keyId: string | undefined
  readonly grantedAt: string
}): Grant {
  return {
    permissions: manifest.permissions,
    grantedAt,
    requestHash: permissionsHash(manifest.permissions),
    version: manifest.version,
    ...(keyId === undefined ? {} : { keyId }),
  }
}

/** Replaces what is remembered of one plugin. Only whoever holds the change may do it. */
export async function writeTrust(layout: HomeLayout, id: string, to: PluginTrust): Promise<void> {
  const grants = new Map(await readGrants(layout))
  if (to.grant === undefined && to.signer === undefined) grants.delete(id)
  else grants.set(id, to)
  const plugins = Object.fromEntries([...grants].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  await writeFileAtomic(layout.grants, `${JSON.stringify({ version: 1, plugins }, null, 2)}\n`, {
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
