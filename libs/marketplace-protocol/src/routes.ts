import { z } from 'zod'
import { accountSchema, type Account } from './account.ts'
import {
  enrolledKeySchema,
  keyEnrolmentSchema,
  namespaceKeysSchema,
  type EnrolledKey,
  type KeyEnrolment,
  type NamespaceKeys,
} from './key.ts'
import { nameSchema, sha256Schema, versionSchema } from './names.ts'
import { artefactQuerySchema, type ArtefactQuery } from './platform.ts'
import {
  pluginDetailSchema,
  searchQuerySchema,
  searchResultSchema,
  versionListSchema,
  type PluginDetail,
  type SearchQuery,
  type SearchResult,
  type VersionList,
} from './plugin.ts'
import {
  publishIdSchema,
  publishStatusSchema,
  validateResultSchema,
  type PublishStatus,
  type ValidateResult,
} from './publishing.ts'
import type { Route } from './route.ts'
import { healthSchema, serviceSchema, type Health, type Service } from './service.ts'
import { versionDetailSchema, type VersionDetail } from './version-detail.ts'

type Nothing = Readonly<Record<string, never>>
interface PluginParams {
  readonly namespace: string
  readonly name: string
}
interface VersionParams extends PluginParams {
  readonly version: string
}
interface NamespaceParams {
  readonly namespace: string
}
/** In which namespace a package would be published. */
interface ValidateQuery {
  readonly namespace?: string
}
interface KeyParams extends NamespaceParams {
  readonly keyId: string
}

/** Every route of a marketplace. */
export interface Routes {
  readonly service: Route<Nothing, Nothing, 'none', z.ZodType<Service>>
  readonly health: Route<Nothing, Nothing, 'none', z.ZodType<Health>>
  readonly readiness: Route<Nothing, Nothing, 'none', z.ZodType<Health>>
  readonly openapi: Route<Nothing, Nothing, 'none', z.ZodType<Readonly<Record<string, unknown>>>>
  readonly search: Route<Nothing, SearchQuery, 'none', z.ZodType<SearchResult>>
  readonly plugin: Route<PluginParams, Nothing, 'none', z.ZodType<PluginDetail>>
  readonly versions: Route<PluginParams, Nothing, 'none', z.ZodType<VersionList>>
  readonly version: Route<VersionParams, ArtefactQuery, 'none', z.ZodType<VersionDetail>>
  readonly download: Route<VersionParams, ArtefactQuery, 'none', 'package'>
  readonly publish: Route<NamespaceParams, Nothing, 'package', z.ZodType<PublishStatus>>
  readonly publishStatus: Route<{ readonly id: string }, Nothing, 'none', z.ZodType<PublishStatus>>
  readonly validate: Route<Nothing, ValidateQuery, 'package', z.ZodType<ValidateResult>>
  readonly keys: Route<NamespaceParams, Nothing, 'none', z.ZodType<NamespaceKeys>>
  readonly enrolKey: Route<
    NamespaceParams,
    Nothing,
    z.ZodType<KeyEnrolment>,
    z.ZodType<EnrolledKey>
  >
  readonly removeKey: Route<KeyParams, Nothing>
  readonly whoami: Route<Nothing, Nothing, 'none', z.ZodType<Account>>
  readonly revokeToken: Route<Nothing, Nothing>
}

const nothing = z.object({})
const namespace = z.object({ namespace: nameSchema })
const plugin = z.object({ namespace: nameSchema, name: nameSchema })
const version = z.object({ namespace: nameSchema, name: nameSchema, version: versionSchema })

const read = {
  method: 'GET',
  auth: 'none',
  params: nothing,
  query: nothing,
  body: 'none',
  status: 200,
  problems: [],
} as const
const owned = { ...read, auth: 'token', problems: ['unauthorized', 'token-expired'] } as const

/** What a package is turned down for while it is taken in. */
const intake = [
  ...owned.problems,
  'too-large',
  'length-required',
  'digest-mismatch',
  'unsupported-media',
] as const

/** The routes of a marketplace, by name. */
export const routes: Routes = {
  service: {
    ...read,
    path: '/.well-known/mb.json',
    summary: 'What this marketplace is',
    answer: serviceSchema,
  },
  health: {
    ...read,
    path: '/healthz',
    summary: 'Whether the process is alive',
    answer: healthSchema,
  },
  readiness: {
    ...read,
    path: '/readyz',
    summary: 'Whether requests can be answered',
    answer: healthSchema,
  },
  openapi: {
    ...read,
    path: '/v1/openapi.json',
    summary: 'This description',
    answer: z.record(z.string(), z.unknown()),
  },
  search: {
    ...read,
    path: '/v1/search',
    summary: 'Find plugins by words',
    query: searchQuerySchema,
    answer: searchResultSchema,
  },
  plugin: {
    ...read,
    path: '/v1/plugins/{namespace}/{name}',
    summary: 'A plugin, by its latest version',
    params: plugin,
    answer: pluginDetailSchema,
    problems: ['not-found', 'name-invalid'],
  },
  versions: {
    ...read,
    path: '/v1/plugins/{namespace}/{name}/versions',
    summary: 'The versions of a plugin, newest first',
    params: plugin,
    answer: versionListSchema,
    problems: ['not-found', 'name-invalid'],
  },
  version: {
    ...read,
    path: '/v1/plugins/{namespace}/{name}/versions/{version}',
    summary: 'A version with its statement, as it is made for a platform',
    params: version,
    query: artefactQuerySchema,
    answer: versionDetailSchema,
    problems: ['not-found', 'name-invalid'],
  },
  download: {
    ...read,
    path: '/v1/plugins/{namespace}/{name}/versions/{version}/download',
    summary: 'The archive of a version; one range of it by Range and If-Range',
    params: version,
    query: artefactQuerySchema,
    answer: 'package',
    problems: ['not-found', 'name-invalid', 'range-not-satisfiable'],
  },
  publish: {
    ...owned,
    method: 'POST',
    path: '/v1/plugins/{namespace}/packages',
    summary: 'Publish a package; the same bytes again answer 200 with what became of them',
    params: namespace,
    body: 'package',
    answer: publishStatusSchema,
    status: 202,
    problems: [...intake, 'forbidden', 'name-invalid', 'version-exists', 'version-conflict'],
  },
  publishStatus: {
    ...owned,
    path: '/v1/publishes/{id}',
    summary: 'How far a package has come',
    params: z.object({ id: publishIdSchema }),
    answer: publishStatusSchema,
    problems: [...owned.problems, 'not-found'],
  },
  validate: {
    ...owned,
    method: 'POST',
    path: '/v1/validate',
    summary: 'What would become of a package; nothing is kept',
    query: z.object({ namespace: nameSchema.exactOptional() }),
    body: 'package',
    answer: validateResultSchema,
    problems: [...intake, 'forbidden', 'name-invalid'],
  },
  keys: {
    ...read,
    path: '/v1/namespaces/{namespace}/keys',
    summary: 'The keys that may sign for a namespace',
    params: namespace,
    answer: namespaceKeysSchema,
    problems: ['not-found', 'name-invalid'],
  },
  enrolKey: {
    ...owned,
    method: 'POST',
    path: '/v1/namespaces/{namespace}/keys',
    summary: 'Enrol a key, with proof of its private half',
    params: namespace,
    body: keyEnrolmentSchema,
    answer: enrolledKeySchema,
    status: 201,
    problems: [...owned.problems, 'forbidden', 'key-proof-invalid', 'key-exists'],
  },
  removeKey: {
    ...owned,
    method: 'DELETE',
    path: '/v1/namespaces/{namespace}/keys/{keyId}',
    summary: 'Remove a key: nothing more is published with it',
    params: z.object({ namespace: nameSchema, keyId: sha256Schema }),
    answer: 'none',
    status: 204,
    problems: [...owned.problems, 'forbidden', 'not-found'],
  },
  whoami: {
    ...owned,
    path: '/v1/account',
    summary: 'Whose token this is',
    answer: accountSchema,
  },
  revokeToken: {
    ...owned,
    method: 'DELETE',
    path: '/v1/account/token',
    summary: 'Revoke this very token',
    answer: 'none',
    status: 204,
  },
}
