import { z } from 'zod'
import { momentSchema, pluginIdSchema, sha256Schema, versionSchema } from './names.ts'
import { bytesSchema } from './plugin.ts'
import { reasonsSchema, type Reason } from './reason.ts'

/** How far a package has come: the states follow each other in this order, and the last two are final. */
export type PublishState = 'received' | 'validated' | 'scanned' | 'live' | 'rejected'

/** A package on its way into a marketplace. */
export interface PublishStatus {
  readonly id: string
  readonly state: PublishState
  /** `namespace/name`, once the manifest was read. */
  readonly plugin?: string
  readonly version?: string
  /** Of the archive's bytes, in hex. */
  readonly sha256: string
  readonly bytes: number
  /** Why it was rejected. */
  readonly reasons: readonly Reason[]
  /** What did not stop it. */
  readonly warnings: readonly Reason[]
  readonly receivedAt: string
  /** When it became live or was rejected. */
  readonly finishedAt?: string
}

/** What would become of a package if it were published. */
export interface ValidateResult {
  readonly ok: boolean
  readonly plugin?: string
  readonly version?: string
  readonly reasons: readonly Reason[]
  readonly warnings: readonly Reason[]
}

/** Schema of the id of a publish. */
export const publishIdSchema: z.ZodType<string> = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)

/** Schema of {@link PublishStatus}. */
export const publishStatusSchema: z.ZodType<PublishStatus> = z.object({
  id: publishIdSchema,
  state: z.enum(['received', 'validated', 'scanned', 'live', 'rejected']),
  plugin: pluginIdSchema.exactOptional(),
  version: versionSchema.exactOptional(),
  sha256: sha256Schema,
  bytes: bytesSchema,
  reasons: reasonsSchema,
  warnings: reasonsSchema,
  receivedAt: momentSchema,
  finishedAt: momentSchema.exactOptional(),
})

/** Schema of {@link ValidateResult}. */
export const validateResultSchema: z.ZodType<ValidateResult> = z.object({
  ok: z.boolean(),
  plugin: pluginIdSchema.exactOptional(),
  version: versionSchema.exactOptional(),
  reasons: reasonsSchema,
  warnings: reasonsSchema,
})
