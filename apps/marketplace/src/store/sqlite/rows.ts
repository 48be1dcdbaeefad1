import type { SQLOutputValue } from 'node:sqlite'
import {
  routes,
  versionNeedsSchema,
  type PluginSummary,
  type VersionDetail,
  type VersionSummary,
} from '@mb/marketplace-protocol'
import { risks } from '@mb/manifest'
import { z } from 'zod'
import type { About, Artefact, PublishRecord, TokenRecord } from '../store.ts'
import { platformsIn } from './version-artefacts.ts'

/** A row as SQLite gives it. */
export type Row = Readonly<Record<string, SQLOutputValue>>

const aboutSchema: z.ZodType<About> = z.object({
  description: z.string(),
  author: z.string(),
  keywords: z.array(z.string()),
  license: z.string().exactOptional(),
  homepage: z.string().exactOptional(),
  repository: z.string().exactOptional(),
  readme: z.string().exactOptional(),
})

const summarySchema: z.ZodType<PluginSummary> = z.object({
  id: z.string(),
  namespace: z.string(),
  name: z.string(),
  version: z.string(),
  description: z.string(),
  author: z.string(),
  keywords: z.array(z.string()),
  updatedAt: z.string(),
  permissions: z.array(z.object({ words: z.string(), risk: z.enum(risks) })),
  highestRisk: z.enum(risks).exactOptional(),
  signedBy: z.string(),
})

/** A column of text. */
export function textIn(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw new TypeError(`Cannot read column "${column}"`)
  return value
}

/** What was counted as `n`. */
export function countIn(row: Row | undefined): number {
  return Number(row?.['n'] ?? 0)
}

/** A token's row. */
export function tokenIn(row: Row): TokenRecord {
  return {
    id: textIn(row, 'id'),
    account: textIn(row, 'account'),
    createdAt: textIn(row, 'created_at'),
    expiresAt: textIn(row, 'expires_at'),
    isRevoked: row['revoked_at'] !== null,
  }
}

/** A publish's row. */
export function publishIn(row: Row): PublishRecord {
  const { plugin, version, finished_at: finishedAt } = row
  const status = routes.publishStatus.answer.parse({
    id: row['id'],
    state: row['state'],
    ...(plugin === null ? {} : { plugin }),
    ...(version === null ? {} : { version }),
    sha256: row['sha256'],
    bytes: row['bytes'],
    reasons: JSON.parse(textIn(row, 'reasons')),
    warnings: JSON.parse(textIn(row, 'warnings')),
    receivedAt: row['received_at'],
    ...(finishedAt === null ? {} : { finishedAt }),
  })
  return { ...status, account: textIn(row, 'account'), namespace: textIn(row, 'namespace') }
}

/** The `detail` of a version. */
export function detailIn(row: Row): VersionDetail {
  return routes.version.answer.parse(JSON.parse(textIn(row, 'detail')))
}

/** A version's row, without its detail. */
export function versionIn(row: Row): VersionSummary {
  const needs =
    row['needs'] === null ? undefined : versionNeedsSchema.parse(JSON.parse(textIn(row, 'needs')))
  return {
    version: textIn(row, 'version'),
    publishedAt: textIn(row, 'published_at'),
    bytes: Number(row['bytes']),
    digest: textIn(row, 'digest'),
    keyId: textIn(row, 'key_id'),
    ...(needs === undefined ? {} : { needs }),
  }
}

/** What a version's row says of what comes beside it. */
export function artefactIn(row: Row): Artefact {
  const { likeness } = row
  return {
    platforms: platformsIn(textIn(row, 'target')),
    sha256: textIn(row, 'sha256'),
    ...(typeof likeness === 'string' && { likeness }),
  }
}

/** The `summary` of a plugin. */
export function summaryIn(row: Row): PluginSummary {
  return summarySchema.parse(JSON.parse(textIn(row, 'summary')))
}

/** The `about` of a plugin. */
export function aboutIn(row: Row): About {
  return aboutSchema.parse(JSON.parse(textIn(row, 'about')))
}
