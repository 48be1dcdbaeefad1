import type { Risk } from '@mb/manifest'
import { z } from 'zod'
import { enrolledKeySchema, type EnrolledKey } from './key.ts'
import { wireLimits } from './limits.ts'
import { momentSchema, nameSchema, pluginIdSchema, sha256Schema, versionSchema } from './names.ts'
import { versionNeedsSchema, type VersionNeeds } from './version-needs.ts'

/** A plugin as a list shows it, by its latest version. */
export interface PluginSummary {
  /** `namespace/name` */
  readonly id: string
  readonly namespace: string
  readonly name: string
  /** The latest one. */
  readonly version: string
  readonly description: string
  readonly author: string
  readonly keywords: readonly string[]
  readonly updatedAt: string
  readonly permissions: readonly { readonly words: string; readonly risk: Risk }[]
  /** Absent when it asks for nothing. */
  readonly highestRisk?: Risk
  /** Id of the key that signed the latest version. */
  readonly signedBy: string
}

/** A plugin with all that its page shows. */
export interface PluginDetail extends PluginSummary {
  readonly license?: string
  readonly homepage?: string
  readonly repository?: string
  /** Markdown, at most 256 KiB. */
  readonly readme?: string
  /** Newest first. */
  readonly versions: readonly VersionSummary[]
  /** The keys of its namespace. */
  readonly keys: readonly EnrolledKey[]
}

/** A version as a list shows it. */
export interface VersionSummary {
  readonly version: string
  readonly publishedAt: string
  /** Size of its archive. */
  readonly bytes: number
  /** Digest of its tree of files, in hex. */
  readonly digest: string
  /** Id of the key that signed it. */
  readonly keyId: string
  /** What its manifest says that it needs; absent when the marketplace does not tell. */
  readonly needs?: VersionNeeds
  /** All that there are, when there is more than one: the same plugin, made for different platforms. */
  readonly artefacts?: readonly ArtefactSummary[]
  /** Why its author took it back; absent when nobody did. */
  readonly yanked?: string
}

/** A version as it is made for some platforms. */
export interface ArtefactSummary {
  /** As `linux` or `linux-x64`; all others, when empty. */
  readonly platforms: readonly string[]
  readonly publishedAt: string
  readonly bytes: number
  readonly digest: string
  readonly keyId: string
}

/** The versions of a plugin. */
export interface VersionList {
  readonly id: string
  /** Newest first. */
  readonly versions: readonly VersionSummary[]
}

/** Some of the plugins that a query finds. */
export interface SearchResult {
  readonly query: string
  /** How many there are in all. */
  readonly total: number
  readonly hits: readonly PluginSummary[]
}

/** What is searched for. */
export interface SearchQuery {
  /** Words; none finds everything. */
  readonly q: string
  /** @default 20 */
  readonly limit: number
  /** @default 0 */
  readonly offset: number
}

/** Schema of a risk. */
export const riskSchema: z.ZodType<Risk> = z.enum(['low', 'medium', 'high', 'critical'])

/** Schema of the size of an archive. */
export const bytesSchema: z.ZodType<number> = z.int().min(1)

const summary = {
  id: pluginIdSchema,
  namespace: nameSchema,
  name: nameSchema,
  version: versionSchema,
  description: z.string().max(2000),
  author: z.string().max(200),
  keywords: z.array(z.string().max(80)).max(64),
  updatedAt: momentSchema,
  permissions: z.array(z.object({ words: z.string().max(2000), risk: riskSchema })).max(1024),
  highestRisk: riskSchema.exactOptional(),
  signedBy: sha256Schema,
}

/** Schema of {@link PluginSummary}. */
export const pluginSummarySchema: z.ZodType<PluginSummary> = z
  .object(summary)
  .refine(isOneName, 'The id is not the namespace and name')

const artefactSchema: z.ZodType<ArtefactSummary> = z.object({
  // A platform that a later marketplace knows is one that this machine is not.
  platforms: z.array(z.string().max(64)).max(64),
  publishedAt: momentSchema,
  bytes: bytesSchema,
  digest: sha256Schema,
  keyId: sha256Schema,
})

/** Schema of {@link VersionSummary}. */
export const versionSummarySchema: z.ZodType<VersionSummary> = z.object({
  version: versionSchema,
  publishedAt: momentSchema,
  bytes: bytesSchema,
  digest: sha256Schema,
  keyId: sha256Schema,
  needs: versionNeedsSchema.exactOptional(),
  artefacts: z.array(artefactSchema).max(wireLimits.artefacts).exactOptional(),
  yanked: z.string().max(500).exactOptional(),
})

const versions = z.array(versionSummarySchema).max(wireLimits.versions)

/** Schema of {@link PluginDetail}. */
export const pluginDetailSchema: z.ZodType<PluginDetail> = z
  .object({
    ...summary,
    license: z.string().max(200).exactOptional(),
    homepage: z.string().max(2048).exactOptional(),
    repository: z.string().max(2048).exactOptional(),
    readme: z.string().max(wireLimits.readmeBytes).exactOptional(),
    versions,
    keys: z.array(enrolledKeySchema).max(100),
  })
  .refine(isOneName, 'The id is not the namespace and name')

/** Schema of {@link VersionList}. */
export const versionListSchema: z.ZodType<VersionList> = z.object({ id: pluginIdSchema, versions })

/** Schema of {@link SearchResult}. */
export const searchResultSchema: z.ZodType<SearchResult> = z.object({
  query: z.string().max(wireLimits.queryLength),
  total: z.int().min(0),
  hits: z.array(pluginSummarySchema).max(wireLimits.searchLimit),
})

/** Schema of {@link SearchQuery}, as it stands in an address: numbers are read from text. */
export const searchQuerySchema: z.ZodType<SearchQuery> = z.object({
  q: z.string().max(wireLimits.queryLength).default(''),
  limit: z.coerce.number().int().min(1).max(wireLimits.searchLimit).default(20),
  offset: z.coerce.number().int().min(0).max(wireLimits.searchOffset).default(0),
})

function isOneName({ id, namespace, name }: PluginSummary): boolean {
  return id === `${namespace}/${name}`
}
