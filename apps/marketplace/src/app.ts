import { randomUUID } from 'node:crypto'
import { Hono, type Context } from 'hono'
import { HttpProblem, problemResponse } from './problem.ts'
import { serviceRoutes } from './routes/about-service.ts'
import { accountRoutes } from './routes/account.ts'
import { catalogueRoutes } from './routes/catalogue.ts'
import { keyRoutes } from './routes/keys.ts'
import { isForPeople, pageRoutes, problemPage } from './routes/pages.ts'
import { publishRoutes } from './routes/publishes.ts'
import { RouteTable } from './routes/route-table.ts'
import type { Service } from './routes/service.ts'

/** Everything that a marketplace answers. */
export function marketplaceApp(service: Service): Hono {
  const app = new Hono()
  const { logger } = service

  app.use(async (context, next) => {
    const started = performance.now()
    await next()
    for (const [name, value] of Object.entries(securityHeaders))
      if (!context.res.headers.has(name)) context.res.headers.set(name, value)
    // The path alone: what people look for, and who they are, is not for a log.
    logger.info('request', {
      method: context.req.method,
      path: pathOf(context),
      status: context.res.status,
      ms: Math.round(performance.now() - started),
    })
  })

  const table = new RouteTable(app)
  serviceRoutes(table, service)
  catalogueRoutes(table, service)
  publishRoutes(table, service)
  keyRoutes(table, service)
  accountRoutes(table, service)
  table.refuseOthers()
  pageRoutes(app, service)

  app.notFound((context) => answer(new HttpProblem('not-found', 'There is nothing here'), context))
  app.onError((error, context) => answer(asProblem(error, context), context))

  function asProblem(error: unknown, context: Context): HttpProblem {
    if (error instanceof HttpProblem) return error
    // What went wrong is for the operator; who asked gets a name for it.
    const id = randomUUID()
    logger.error('A request failed', { id, path: pathOf(context), error: String(error) })
    return new HttpProblem('internal', `The marketplace failed: ${id}`, { cause: error })
  }

  return app
}

async function answer(problem: HttpProblem, context: Context): Promise<Response> {
  const response = isForPeople(context) ? await problemPage(problem) : problemResponse(problem)
  // What was sent along may lie unread in the connection: nobody is to ask anything else by it.
  if (context.req.method === 'POST') response.headers.set('connection', 'close')
  return response
}

function pathOf({ req }: Context): string {
  return req.path.slice(0, 200)
}

const securityHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}
