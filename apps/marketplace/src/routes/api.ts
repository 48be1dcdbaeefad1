import { isPluginName } from '@mb/manifest'
import { openApiDocument, routes, versionSchema, type ProblemCode } from '@mb/marketplace-protocol'
import { Hono, type Context } from 'hono'
import type { Scan } from '../ingest/publisher.ts'
import { HttpProblem } from '../problem.ts'
import { allow, authorize, type Caller } from './authorize.ts'
import { download } from './download.ts'
import { enrolKey } from './keys.ts'
import { publish, publishStatus, validate } from './publish.ts'
import type { Service } from './service.ts'

/** What the API needs beside what all routes share. */
export interface ApiOptions extends Service {
  readonly scan: Scan
  readonly staging: string
  /** Where a request came from. */
  readonly addressOf: (context: Context) => string
  readonly version: string
}

/** The routes of the contract, below `/v1`. */
export function api(service: ApiOptions): Hono {
  const { store } = service
  const app = new Hono()
  const caller = (context: Context): Caller =>
    authorize(context.req.raw, service.addressOf(context), service)

  app.get('/search', (context) => {
    const asked = routes.search.query.safeParse(context.req.query())
    if (!asked.success) {
      const [issue] = asked.error.issues
      throw new HttpProblem('bad-request', `"${issue?.path.join('.') ?? 'query'}" has another form`)
    }
    const { q, limit, offset } = asked.data
    return context.json(store.search(q, { limit, offset }))
  })

  app.get('/plugins/:namespace/:name', (context) => {
    const id = readId(context)
    return revalidated(context, found(store.plugin(id), `There is no plugin "${id}"`))
  })

  app.get('/plugins/:namespace/:name/versions', (context) => {
    const id = readId(context)
    const versions = found(store.versions(id), `There is no plugin "${id}"`)
    return revalidated(context, { id, versions })
  })

  app.get('/plugins/:namespace/:name/versions/:version', (context) =>
    revalidated(context, readVersion(context)),
  )

  app.get('/plugins/:namespace/:name/versions/:version/download', (context) =>
    download(context.req.raw, readVersion(context), service),
  )

  app.post('/plugins/:namespace/packages', async (context) => {
    const who = caller(context)
    const namespace = readName(context, 'namespace')
    allow(who, namespace, service)
    const { status, isNew } = await publish(context.req.raw, who, namespace, service)
    context.header('location', `/v1/publishes/${status.id}`)
    return context.json(status, isNew ? 202 : 200)
  })

  app.get('/publishes/:id', (context) => {
    const { account } = caller(context)
    const record = store.publish(context.req.param('id'))
    // Whose publish it is, is nobody else's business.
    const own = record?.account === account.name ? record : undefined
    context.header('cache-control', 'no-store')
    return context.json(publishStatus(found(own, 'There is no such publish')))
  })

  app.post('/validate', async (context) => {
    const who = caller(context)
    const namespace = context.req.query('namespace')
    if (namespace !== undefined && !isPluginName(namespace)) throw badName()
    allow(who, namespace, service)
    return context.json(await validate(context.req.raw, who, namespace, service))
  })

  app.get('/namespaces/:namespace/keys', (context) => {
    const namespace = readName(context, 'namespace')
    return revalidated(context, { namespace, keys: store.keys(namespace) })
  })

  app.post('/namespaces/:namespace/keys', async (context) => {
    const who = caller(context)
    const namespace = readName(context, 'namespace')
    allow(who, namespace, service)
    return context.json(await enrolKey(context.req.raw, namespace, service), 201)
  })

  app.delete('/namespaces/:namespace/keys/:keyId', (context) => {
    const who = caller(context)
    const namespace = readName(context, 'namespace')
    allow(who, namespace, service)
    const now = new Date(service.clock.now()).toISOString()
    if (!store.removeKey(namespace, context.req.param('keyId'), now))
      throw new HttpProblem('not-found', `Namespace "${namespace}" has no such key`)
    return context.body(null, 204)
  })

  app.get('/account', (context) => {
    const { account, token } = caller(context)
    const { id, createdAt, expiresAt } = token
    context.header('cache-control', 'no-store')
    const { name, namespaces } = account
    return context.json({ account: name, namespaces, token: { id, createdAt, expiresAt } })
  })

  app.delete('/account/token', (context) => {
    const { token } = caller(context)
    store.revokeToken(token.id, new Date(service.clock.now()).toISOString())
    return context.body(null, 204)
  })

  app.get('/openapi.json', (context) =>
    context.json(
      openApiDocument({
        title: service.name,
        version: service.version,
        serverUrl: service.origin(),
      }),
    ),
  )

  function readVersion(context: Context): NonNullable<ReturnType<typeof store.version>> {
    const id = readId(context)
    const version = context.req.param('version') ?? ''
    if (!versionSchema.safeParse(version).success)
      throw new HttpProblem('name-invalid', 'The version has another form')
    return found(store.version(id, version), `There is no version ${version} of "${id}"`)
  }

  return app
}

function readId(context: Context): string {
  return `${readName(context, 'namespace')}/${readName(context, 'name')}`
}

/** Nothing but a name that could have been published goes on to the store. */
function readName(context: Context, parameter: string): string {
  const name = context.req.param(parameter) ?? ''
  if (!isPluginName(name)) throw badName()
  return name
}

function badName(): HttpProblem {
  return new HttpProblem('name-invalid' satisfies ProblemCode, 'A name has another form', {
    hint: 'Names start with a small letter, and have small letters, digits and "-", 64 at most',
  })
}

function found<T>(value: T | undefined, otherwise: string): T {
  if (value === undefined) throw new HttpProblem('not-found', otherwise)
  return value
}

/** An answer with an ETag, or the word that it is still the same. */
async function revalidated(context: Context, value: unknown): Promise<Response> {
  const body = JSON.stringify(value)
  const hash = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(body)))
  const etag = `"${hash.toString('base64url')}"`
  const headers = { etag, 'cache-control': 'no-cache' }
  if (context.req.header('if-none-match') === etag)
    return new Response(null, { status: 304, headers })
  return new Response(body, { headers: { ...headers, 'content-type': 'application/json' } })
}
