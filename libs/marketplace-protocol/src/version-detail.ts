import type { Envelope, Risk, Runtime } from '@mb/manifest'
import { z } from 'zod'
import { publicKeySchema } from './key.ts'
import { momentSchema, pluginIdSchema, sha256Schema, versionSchema } from './names.ts'
import { bytesSchema, riskSchema } from './plugin.ts'
import { reasonsSchema, type Reason } from './reason.ts'
import { versionNeedsSchema, type VersionNeeds } from './version-needs.ts'

/** One version with all that it takes to fetch and to judge it. */
export interface VersionDetail {
  readonly id: string
  readonly version: string
  readonly publishedAt: string
  /** What is downloaded. */
  readonly archive: {
    readonly form: 'zip' | 'tar.gz'
    readonly bytes: number
    /** Of the archive's bytes, in hex. */
    readonly sha256: string
  }
  /** Digest of its tree of files, in hex: what was signed. */
  readonly digest: string
  readonly keyId: string
  /** SPKI in PEM. */
  readonly publicKey: string
  /** As in the package's `.milkbottle/statement.json`, unchanged. */
  readonly statement: Envelope
  readonly permissions: readonly WirePermission[]
  readonly commands: readonly { readonly name: string; readonly summary: string }[]
  readonly runtime: Runtime
  /** What its manifest says that it needs; absent when the marketplace does not tell. */
  readonly needs?: VersionNeeds
  readonly license?: string
  readonly scan: { readonly verdict: 'pass' | 'warn'; readonly findings: readonly Reason[] }
}

/** A permission in words, as the marketplace tells it. What is asked for is in the statement. */
export interface WirePermission {
  readonly kind: string
  readonly target: string
  readonly words: string
  readonly risk: Risk
  /** The author's. */
  readonly reason?: string
}

const envelope: z.ZodType<Envelope> = z.object({
  payloadType: z.string().max(128),
  payload: z.base64().max(2 * 1024 * 1024),
  signatures: z
    .array(z.object({ keyid: z.string().max(128), sig: z.base64().max(128) }))
    .min(1)
    .max(8),
})

/** Schema of {@link VersionDetail}. */
export const versionDetailSchema: z.ZodType<VersionDetail> = z.object({
  id: pluginIdSchema,
  version: versionSchema,
  publishedAt: momentSchema,
  archive: z.object({
    form: z.enum(['zip', 'tar.gz']),
    bytes: bytesSchema,
    sha256: sha256Schema,
  }),
  digest: sha256Schema,
  keyId: sha256Schema,
  publicKey: publicKeySchema,
  statement: envelope,
  permissions: z
    .array(
      z.object({
        kind: z.string().max(64),
        target: z.string().max(2048),
        words: z.string().max(2000),
        risk: riskSchema,
        reason: z.string().max(500).exactOptional(),
      }),
    )
    .max(1024),
  commands: z.array(z.object({ name: z.string().max(64), summary: z.string().max(200) })).max(200),
  runtime: z.enum(['node', 'python', 'executable', 'wasm']),
  needs: versionNeedsSchema.exactOptional(),
  license: z.string().max(200).exactOptional(),
  scan: z.object({ verdict: z.enum(['pass', 'warn']), findings: reasonsSchema }),
})
