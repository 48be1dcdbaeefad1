import type { z } from 'zod'
import type { ProblemCode } from './problem.ts'

/** One request that a marketplace answers. */
export interface Route<
  Params = Readonly<Record<string, never>>,
  Query = Readonly<Record<string, never>>,
  Body extends RouteBody = 'none',
  Answer extends RouteAnswer = 'none',
> {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** With `{names}` for what {@link Route.params} holds; see `pathOf`. */
  readonly path: string
  readonly summary: string
  readonly auth: 'none' | 'token'
  readonly params: z.ZodType<Params>
  readonly query: z.ZodType<Query>
  /** A schema of JSON; or the bytes of a package, with `Content-Length` and `Repr-Digest`. */
  readonly body: Body
  readonly answer: Answer
  /** Of a success. */
  readonly status: number
  /** What is answered instead, besides what any route may answer. */
  readonly problems: readonly ProblemCode[]
}

/** What is sent. */
export type RouteBody = z.ZodType | 'package' | 'none'

/** What comes back. */
export type RouteAnswer = z.ZodType | 'package' | 'none'
