import { errorCode, isMbError, readTextBounded, sha256 } from '@mb/kernel'
import { isPluginId, isPluginName, permissionsHash, permissionsSchema } from '@mb/manifest'
import semver from 'semver'
import { z } from 'zod'
import { whyUnreadable } from '../configuration/configuration-file.ts'
import { PluginError } from '../plugin-error.ts'
import type { LockedPlugin, Lockfile } from './lockfile.ts'

const form = 1
const maxBytes = 8 * 1024 * 1024
const maxPlugins = 10_000

const id = z.string().refine((text) => isPluginId(text), 'This is no id of a plugin')
const name = z
  .string()
  .refine((text) => isPluginId(text) || isPluginName(text), 'This is no plugin')
const range = z.string().min(1).max(256)
const ranges = z.record(name, range)
const hash = z.string().regex(/^[0-9a-f]{64}$/)
const folder = z
  .string()
  .max(1024)
  .regex(/^(?:\.|(?!\/)(?!.*(?:^|\/)\.{1,2}(?:\/|$))[^\\\0]+)$/, 'This is no folder of the project')

const plugin: z.ZodType<LockedPlugin> = z.strictObject({
  version: z.string().refine((text) => semver.valid(text) === text, 'This is no version'),
  repository: z.string().min(1).max(64).exactOptional(),
  digest: hash,
  keyId: hash.exactOptional(),
  artefacts: z
    .record(z.string().max(1024), z.strictObject({ digest: hash, keyId: hash }))
    .exactOptional(),
  permissions: permissionsSchema,
  optionalPermissions: permissionsSchema,
  permissionsHash: hash,
  plugins: ranges,
  optionalPlugins: ranges,
})

const schema = z.strictObject({
  lockfileVersion: z.literal(form),
  sets: z.record(folder, ranges),
  plugins: z.record(id, plugin).refine((all) => Object.keys(all).length <= maxPlugins),
})

/**
 * Reads the lockfile of a path.
 *
 * @returns undefined when there is none
 * @throws PluginError `MB_LOCKFILE_INVALID`
 */
export async function readLockfile(path: string): Promise<Lockfile | undefined> {
  try {
    return parseLockfile(await readTextBounded(path, { maxBytes }), path)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    if (isMbError(error) && error.code !== 'MB_FILE_TOO_LARGE') throw error
    throw invalid(
      path,
      isMbError(error) ? `it has more than ${maxBytes / 1024 / 1024} MB` : whyUnreadable(error),
      error,
    )
  }
}

/**
 * Reads the text of a lockfile. A project's file may be a stranger's: what it says is checked, and believed of nothing.
 *
 * @throws PluginError `MB_LOCKFILE_INVALID`
 */
export function parseLockfile(text: string, path: string): Lockfile {
  const value = parseJson(text, path)
  const read = schema.safeParse(value)
  if (!read.success) {
    const [issue] = read.error.issues
    const where = issue?.path.map(String).join(' → ') ?? ''
    throw invalid(
      path,
      `${where === '' ? 'all of it' : JSON.stringify(where.slice(0, 200))} has another form`,
    )
  }
  const { sets, plugins } = read.data
  for (const [each, { permissions, optionalPermissions, permissionsHash: told }] of Object.entries(
    plugins,
  ))
    if (hashOf({ permissions, optionalPermissions }) !== told)
      throw invalid(path, `the permissions of "${each}" are not those of their hash`)
  return { sets, plugins }
}

/** The hash of all that a plugin asks for. */
export function hashOf({
  permissions,
  optionalPermissions,
}: Pick<LockedPlugin, 'permissions' | 'optionalPermissions'>): string {
  return sha256([permissions, optionalPermissions].map(permissionsHash).join('\n'))
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const isMerge = /^(?:<{7}|={7}|>{7})/m.test(text)
    throw new PluginError('MB_LOCKFILE_INVALID', `Cannot read "${path}": it is no JSON`, {
      hint: isMerge
        ? 'It has marks of a merge: take either side, and run mb plugin lock'
        : 'Restore it from your version control, or make it anew with mb plugin lock',
      cause,
    })
  }
}

function invalid(path: string, is: string, cause?: unknown): PluginError {
  return new PluginError('MB_LOCKFILE_INVALID', `Cannot read "${path}": ${is}`, {
    hint: 'Restore it from your version control, or make it anew with mb plugin lock',
    cause,
  })
}
