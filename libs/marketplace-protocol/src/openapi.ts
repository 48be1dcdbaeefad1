import { z } from 'zod'
import { accountSchema } from './account.ts'
import { enrolledKeySchema, keyEnrolmentSchema, namespaceKeysSchema } from './key.ts'
import {
  pluginDetailSchema,
  pluginSummarySchema,
  searchResultSchema,
  versionListSchema,
  versionSummarySchema,
} from './plugin.ts'
import { problemCodes, problemMediaType, problemSchema, type ProblemCode } from './problem.ts'
import { publishStatusSchema, validateResultSchema } from './publishing.ts'
import { reasonSchema } from './reason.ts'
import type { Route, RouteAnswer, RouteBody } from './route.ts'
import { routes } from './routes.ts'
import { healthSchema, serviceSchema } from './service.ts'
import { versionDetailSchema } from './version-detail.ts'

/** What the document says of the marketplace that serves it. */
export interface OpenApiOptions {
  readonly title: string
  /** Of the server. */
  readonly version: string
  readonly serverUrl?: string
}

type AnyRoute = Route<unknown, unknown, RouteBody, RouteAnswer>
type Json = Readonly<Record<string, unknown>>

/** Schemas that the document names once. */
const named: Readonly<Record<string, z.ZodType>> = {
  Service: serviceSchema,
  Health: healthSchema,
  Problem: problemSchema,
  Reason: reasonSchema,
  SearchResult: searchResultSchema,
  PluginSummary: pluginSummarySchema,
  PluginDetail: pluginDetailSchema,
  VersionSummary: versionSummarySchema,
  VersionList: versionListSchema,
  VersionDetail: versionDetailSchema,
  PublishStatus: publishStatusSchema,
  ValidateResult: validateResultSchema,
  EnrolledKey: enrolledKeySchema,
  NamespaceKeys: namespaceKeysSchema,
  KeyEnrolment: keyEnrolmentSchema,
  Account: accountSchema,
}

/** What any route may answer. */
const anyRoute: readonly ProblemCode[] = ['bad-request', 'rate-limited', 'busy', 'internal']

/**
 * The contract as an OpenAPI 3.1 document, made of the same schemas that both sides check by.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { openApiDocument } from '@mb/marketplace-protocol'
 *
 * const document = openApiDocument({ title: 'Plugins of Acme', version: '1.0.0' })
 * assert.equal(document['openapi'], '3.1.1')
 * ```
 */
export function openApiDocument(options: OpenApiOptions): Json {
  return {
    openapi: '3.1.1',
    info: {
      title: options.title,
      version: options.version,
      summary: 'A marketplace of MilkBottle plugins',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: options.serverUrl ?? '/' }],
    paths: paths(),
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'A publisher’s token, mbp_…' },
      },
    },
  }
}

function paths(): Json {
  const byPath = new Map<string, Record<string, unknown>>()
  for (const [name, route] of Object.entries(routes)) {
    const operations = byPath.get(route.path) ?? {}
    operations[route.method.toLowerCase()] = operation(name, route)
    byPath.set(route.path, operations)
  }
  return Object.fromEntries(byPath)
}

function operation(name: string, route: AnyRoute): Json {
  const parameters = [
    ...parametersOf(route.params, 'path'),
    ...parametersOf(route.query, 'query'),
    ...(route.body === 'package' ? [digestHeader] : []),
    ...(route.answer === 'package' ? downloadHeaders : []),
  ]
  return {
    operationId: name,
    summary: route.summary,
    security: route.auth === 'token' ? [{ token: [] }] : [],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === 'none'
      ? {}
      : { requestBody: { required: true, content: content(route.body) } }),
    responses: { ...success(name, route), ...failures(route) },
  }
}

function parametersOf(schema: z.ZodType, place: 'path' | 'query'): readonly Json[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' })
  return Object.entries(properties).map(([name, value]) => ({
    name,
    in: place,
    ...(place === 'path' ? { required: true } : {}),
    schema: value,
  }))
}

const text = { type: 'string' } as const

const digestHeader = {
  name: 'Repr-Digest',
  in: 'header',
  required: true,
  description: 'SHA-256 of the body (RFC 9530)',
  schema: { type: 'string', pattern: '^sha-256=:[A-Za-z0-9+/]{43}=:$' },
}

const downloadHeaders = [
  { name: 'Range', in: 'header', description: 'One range of bytes', schema: text },
  { name: 'If-Range', in: 'header', description: 'The ETag that the range is of', schema: text },
  { name: 'If-None-Match', in: 'header', description: 'The ETag that is there', schema: text },
]

function success(name: string, route: AnyRoute): Json {
  if (route.answer === 'none') return { [route.status]: { description: 'Done' } }
  const answer = { description: route.summary, content: content(route.answer) }
  if (route.answer === 'package')
    return {
      [route.status]: {
        ...answer,
        headers: { ETag: { schema: text }, 'Accept-Ranges': { schema: text } },
      },
      206: { ...answer, headers: { 'Content-Range': { schema: text } } },
      304: { description: 'It is what If-None-Match names' },
    }
  return {
    [route.status]: answer,
    ...(name === 'publish' ? { 200: { ...answer, description: 'These bytes were there' } } : {}),
  }
}

/** Problems of one status stand together. */
function failures(route: AnyRoute): Json {
  const byStatus = new Map<number, string[]>()
  for (const code of [...route.problems, ...anyRoute]) {
    const { status, title } = problemCodes[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), `${title} (${code})`])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, meanings]) => [
      status,
      {
        description: meanings.join('; '),
        content: { [problemMediaType]: { schema: reference('Problem') } },
        ...(status === 429 || status === 503
          ? { headers: { 'Retry-After': { schema: { type: 'integer', minimum: 0 } } } }
          : {}),
      },
    ]),
  )
}

function content(body: Exclude<RouteBody, 'none'>): Json {
  if (body === 'package')
    return { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }
  const [name] = Object.entries(named).find(([, schema]) => schema === body) ?? []
  const schema = name === undefined ? { type: 'object' } : reference(name)
  return { 'application/json': { schema } }
}

function reference(name: string): Json {
  return { $ref: `#/components/schemas/${name}` }
}

function componentSchemas(): Json {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id })
  // As input: a client has to take an answer that says more than it knows.
  const { schemas } = z.toJSONSchema(registry, {
    io: 'input',
    uri: (id) => `#/components/schemas/${id}`,
  })
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _schema, $id: _id, ...schema }]) => [id, schema]),
  )
}
