import type { Route, RouteAnswer, RouteBody } from '@mb/marketplace-protocol'
import type { Context, Hono } from 'hono'
import type { z } from 'zod'
import { HttpProblem } from '../problem.ts'

/** What somebody asked for, once its form was checked. */
export interface Asked<Params, Query> {
  readonly params: Params
  readonly query: Query
  readonly context: Context
}

/** Puts the routes of the contract into an app: their methods, paths and schemas are those of the contract. */
export class RouteTable {
  readonly #app: Hono
  readonly #methods = new Map<string, Set<string>>()

  constructor(app: Hono) {
    this.#app = app
  }

  /** Answers a route; nothing that breaks its schemas gets to the answer. */
  on<Params, Query>(
    route: Pick<
      Route<Params, Query, RouteBody, RouteAnswer>,
      'method' | 'path' | 'params' | 'query'
    >,
    answer: (asked: Asked<Params, Query>) => Response | Promise<Response>,
  ): void {
    const path = route.path.replaceAll(/\{(\w+)\}/g, ':$1')
    const methods = this.#methods.get(path) ?? new Set()
    this.#methods.set(path, methods.add(route.method))
    this.#app.on(route.method, path, (context) =>
      answer({
        params: checked(route.params, context.req.param(), 'name-invalid'),
        query: checked(route.query, context.req.query(), 'bad-request'),
        context,
      }),
    )
  }

  /** Says of each path, for all other methods, which it has. To be called when all routes are there. */
  refuseOthers(): void {
    for (const [path, methods] of this.#methods) {
      const allow = [...methods, ...(methods.has('GET') ? ['HEAD'] : [])].toSorted().join(', ')
      this.#app.all(path, ({ req }) => {
        throw new HttpProblem('method-not-allowed', `This address has no ${req.method}`, {
          headers: { allow },
        })
      })
    }
  }
}

function checked<Value>(
  schema: z.ZodType<Value>,
  value: unknown,
  code: 'name-invalid' | 'bad-request',
): Value {
  const read = schema.safeParse(value)
  if (read.success) return read.data
  const [issue] = read.error.issues
  const what = issue?.path.join('.') ?? ''
  throw new HttpProblem(code, `"${what}" has another form: ${issue?.message ?? ''}`, {
    ...(code === 'name-invalid' && {
      hint: 'Names start with a small letter, and have small letters, digits and "-", 64 at most',
    }),
  })
}
