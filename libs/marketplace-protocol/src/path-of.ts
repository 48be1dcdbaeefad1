import type { z } from 'zod'
import type { Route, RouteAnswer, RouteBody } from './route.ts'

/**
 * The path of a request, each value encoded so that it stays one segment.
 *
 * @throws TypeError when a value is missing, or breaks the rules of its place: `..` is no name
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { pathOf, routes } from '@mb/marketplace-protocol'
 *
 * assert.equal(
 *   pathOf(routes.version, { namespace: 'acme', name: 'pdf', version: '1.0.0+build' }),
 *   '/v1/plugins/acme/pdf/versions/1.0.0%2Bbuild',
 * )
 * assert.equal(
 *   pathOf(routes.search, {}, { q: 'a&b', limit: 20, offset: 0 }),
 *   '/v1/search?q=a%26b&limit=20&offset=0',
 * )
 * assert.throws(() => pathOf(routes.plugin, { namespace: 'acme', name: '..' }), TypeError)
 * ```
 */
export function pathOf<Params extends object, Query extends object>(
  route: PathRoute<Params, Query>,
  params: Params,
  query?: Query,
): string {
  const values = new Map<string, unknown>(Object.entries(checked(route.params, params, route.path)))
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values.get(name)
    if (typeof value === 'string') return encodeURIComponent(value)
    throw new TypeError(`Cannot make a path of "${route.path}": "${name}" is missing`)
  })
  if (query === undefined) return path
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(checked(route.query, query, route.path)))
    search.set(name, String(value))
  return `${path}?${search.toString()}`
}

/** What {@link pathOf} needs of a route. */
type PathRoute<Params, Query> = Pick<
  Route<Params, Query, RouteBody, RouteAnswer>,
  'path' | 'params' | 'query'
>

function checked<Value>(schema: z.ZodType<Value>, value: Value, path: string): Value {
  const read = schema.safeParse(value)
  if (read.success) return read.data
  const [first] = read.error.issues
  throw new TypeError(
    `Cannot make a path of "${path}": ${first?.path.join('.') ?? ''}: ${first?.message ?? 'unknown'}`,
    { cause: read.error },
  )
}
