import { randomUUID } from 'node:crypto'
import { Hono, type Context } from 'hono'
import { HttpProblem, problemResponse } from './problem.ts'
import { api, type ApiOptions } from './routes/api.ts'

/** Everything that a marketplace answers. */
export function marketplaceApp(service: ApiOptions): Hono {
  const app = new Hono()
  const { store, logger } = service

  app.use(async (context, next) => {
    const started = performance.now()
    await next()
    for (const [name, value] of Object.entries(securityHeaders))
      if (!context.res.headers.has(name)) context.res.headers.set(name, value)
    // The path alone: what people look for, and who they are, is not for a log.
    logger.info('request', {
      method: context.req.method,
      path: context.req.path.slice(0, 200),
      status: context.res.status,
      ms: Math.round(performance.now() - started),
    })
  })

  app.get('/.well-known/mb.json', (context) =>
    context.json({
      protocol: 1,
      name: service.name,
      api: '/v1',
      maxPackageBytes: service.maxPackageBytes,
    }),
  )
  app.get('/healthz', (context) => context.json({ status: 'ok' }))
  app.get('/readyz', (context) => {
    store.checkWritable()
    return context.json({ status: 'ok' })
  })
  app.route('/v1', api(service))

  app.notFound(() => problemResponse(new HttpProblem('not-found', 'There is nothing here')))
  app.onError((error, context) => problemResponse(asProblem(error, context)))

  function asProblem(error: unknown, context: Context): HttpProblem {
    if (error instanceof HttpProblem) return error
    // What went wrong is for the operator; who asked gets a name for it.
    const id = randomUUID()
    logger.error('A request failed', {
      id,
      path: context.req.path.slice(0, 200),
      error: String(error),
    })
    return new HttpProblem('internal', `The marketplace failed: ${id}`, { cause: error })
  }

  return app
}

const securityHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}
