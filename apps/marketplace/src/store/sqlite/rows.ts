import type { SQLOutputValue } from 'node:sqlite'
import { routes, type Reason, type VersionDetail } from '@mb/marketplace-protocol'
import { z } from 'zod'
import type { LiveVersion, PublishRecord, TokenRecord } from '../store.ts'

/** A row as SQLite gives it. */
export type Row = Readonly<Record<string, SQLOutputValue>>

const aboutSchema: z.ZodType<LiveVersion['about']> = z.object({
  description: z.string(),
  author: z.string(),
  keywords: z.array(z.string()),
  license: z.string().exactOptional(),
  homepage: z.string().exactOptional(),
  repository: z.string().exactOptional(),
  readme: z.string().exactOptional(),
})

/** A column of text. */
export function textIn(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw new TypeError(`Cannot read column "${column}"`)
  return value
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

/** Reasons as a column; null leaves what is there. */
export function reasonsText(reasons: readonly Reason[] | undefined): string | null {
  return reasons === undefined ? null : JSON.stringify(reasons)
}

/** The `detail` of a version. */
export function detailIn(row: Row): VersionDetail {
  return routes.version.answer.parse(JSON.parse(textIn(row, 'detail')))
}

/** The `about` of a plugin. */
export function aboutIn(row: Row): LiveVersion['about'] {
  return aboutSchema.parse(JSON.parse(textIn(row, 'about')))
}
