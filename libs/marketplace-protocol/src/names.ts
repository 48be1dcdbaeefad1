import { isPluginId, isPluginName } from '@mb/manifest'
import { z } from 'zod'

/** A namespace, or the name of a plugin in one: a small letter, then letters, digits and `-`; at most 64 in all. */
export const nameSchema: z.ZodType<string> = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/)
  .refine((name) => isPluginName(name), 'This name is reserved')

/** `namespace/name`. */
export const pluginIdSchema: z.ZodType<string> = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}\/[a-z][a-z0-9-]{0,63}$/)
  .refine((id) => isPluginId(id), 'This name is reserved')

// semver.org's own expression; numbers of up to 15 digits are those that every reader can count with.
const version =
  /^(?:0|[1-9]\d{0,14})\.(?:0|[1-9]\d{0,14})\.(?:0|[1-9]\d{0,14})(?:-(?:0|[1-9]\d{0,14}|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9]\d{0,14}|\d*[A-Za-z-][0-9A-Za-z-]*))*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/

/** A semantic version of at most 128 characters. */
export const versionSchema: z.ZodType<string> = z.string().max(128).regex(version)

/** A SHA-256 in lower-case hex: a digest, or the id of a key. */
export const sha256Schema: z.ZodType<string> = z.string().regex(/^[0-9a-f]{64}$/)

/** A moment in UTC, as `2026-01-31T12:00:00.000Z`. */
export const momentSchema: z.ZodType<string> = z.iso.datetime().max(40)
