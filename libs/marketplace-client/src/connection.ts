import type { Clock, Logger } from '@mb/kernel'
import {
  pathOf,
  wireLimits,
  type Route,
  type RouteAnswer,
  type RouteBody,
} from '@mb/marketplace-protocol'
import type { z } from 'zod'
import type { AnswerCache } from './cache/answer-cache.ts'
import { answerError } from './http/answer-error.ts'
import type { RequestBody } from './http/exchange.ts'
import { follow } from './http/follow.ts'
import { timeoutError } from './http/network-error.ts'
import { parseJson } from './http/parse-json.ts'
import { mediaType, readBody, type Reply } from './http/reply.ts'
import type { Timeouts } from './http/timeouts.ts'
import { withDeadline } from './http/with-deadline.ts'
import { withRetries } from './http/with-retries.ts'
import { MarketplaceError } from './marketplace-error.ts'
import type { CheckedRepository, Repository } from './repository/repository.ts'

/** What all connections share. */
export interface ConnectionSetup {
  readonly timeouts: Timeouts
  readonly logger: Logger
  readonly clock: Clock
  readonly random: () => number
  readonly token: (repository: Repository) => Promise<string | undefined>
}

/** What goes with a question. */
export interface Question<Query = unknown> {
  readonly query?: Query
  readonly body?: RequestBody
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
  /** Whether it may be asked twice when no answer came. @default whether it changes nothing */
  readonly isRepeatable?: boolean
}

type AnyRoute<Params, Query> = Route<Params, Query, RouteBody, RouteAnswer>
type JsonRoute<Params, Query, Answer> = Route<Params, Query, RouteBody, z.ZodType<Answer>>

/** One marketplace, spoken to in its protocol. */
export class Connection {
  readonly repository: CheckedRepository
  readonly #setup: ConnectionSetup
  readonly #cache: AnswerCache

  constructor(repository: CheckedRepository, setup: ConnectionSetup, cache: AnswerCache) {
    this.repository = repository
    this.#setup = setup
    this.#cache = cache
  }

  /** The marketplace in the words of messages. */
  get whom(): string {
    return `marketplace "${this.repository.name}"`
  }

  /** Asks for what is answered in JSON. */
  async ask<Params extends object, Query extends object, Answer>(
    route: JsonRoute<Params, Query, Answer>,
    params: Params,
    question: Question<Query> = {},
  ): Promise<Answer> {
    const url = this.#urlOf(route, params, question.query)
    return this.during(question.signal, (signal) =>
      this.#repeatedly(route, { ...question, signal }, async () => {
        const body = await this.#body(route, url, { ...question, signal })
        const read = route.answer.safeParse(parseJson(body))
        if (read.success) return read.data
        throw this.unusable('it does not have the form of this protocol', read.error)
      }),
    )
  }

  /** Asks for something to be done. */
  async tell<Params extends object, Query extends object>(
    route: Route<Params, Query, RouteBody>,
    params: Params,
    question: Question<Query> = {},
  ): Promise<void> {
    const url = this.#urlOf(route, params, question.query)
    await this.during(question.signal, (signal) =>
      this.#repeatedly(route, { ...question, signal }, async () => {
        const reply = await this.#send(route, url, { ...question, signal })
        if (reply.status !== route.status) throw await this.#refusal(reply)
        reply.discard()
      }),
    )
  }

  /** Asks for a package, once. The reply has one of the statuses; what it holds is for the caller to read. */
  async open<Params extends object, Query extends object>(
    route: AnyRoute<Params, Query>,
    params: Params,
    question: Question<Query> & {
      readonly signal: AbortSignal
      readonly statuses: readonly number[]
    },
  ): Promise<Reply> {
    const reply = await this.#send(route, this.#urlOf(route, params, question.query), question)
    if (!question.statuses.includes(reply.status)) throw await this.#refusal(reply)
    return reply
  }

  /** Does work within the time that a marketplace has for all of one request. */
  async during<Value>(
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<Value>,
  ): Promise<Value> {
    const { totalMs } = this.#setup.timeouts
    const error = () => timeoutError(this.whom, 'it was not done', totalMs)
    return withDeadline(work, { ms: totalMs, error, signal })
  }

  /** Does work again when it failed in a way that may pass. */
  async retrying<Value>(signal: AbortSignal, work: () => Promise<Value>): Promise<Value> {
    const { random, logger } = this.#setup
    return withRetries(work, {
      signal,
      random,
      onRetry: ({ code, message }, afterMs) => {
        logger.info('trying again', { code, message, afterMs: Math.round(afterMs) })
      },
    })
  }

  /** The error for an answer that cannot be used. */
  unusable(is: string, cause?: unknown): MarketplaceError {
    return new MarketplaceError(
      'MB_MARKETPLACE_ANSWER',
      `Cannot use the answer of ${this.whom}: ${is}`,
      { hint: 'Check its address, or tell whoever runs it', cause },
    )
  }

  async #repeatedly<Value>(
    { method }: Pick<Route, 'method'>,
    { signal, isRepeatable = method === 'GET' }: Question & { readonly signal: AbortSignal },
    work: () => Promise<Value>,
  ): Promise<Value> {
    return isRepeatable ? this.retrying(signal, work) : work()
  }

  /** The body of an answer: a new one, or the kept one that still holds. */
  async #body<Params, Query>(
    route: AnyRoute<Params, Query>,
    url: URL,
    question: Question & { readonly signal: AbortSignal },
  ): Promise<Buffer> {
    // What is answered to a token alone is not left lying about.
    const isKept = route.method === 'GET' && route.auth === 'none'
    const kept = isKept ? await this.#cache.find(url.href) : undefined
    const reply = await this.#send(route, url, {
      ...question,
      headers: {
        accept: 'application/json, application/problem+json',
        ...question.headers,
        ...(kept === undefined ? {} : { 'if-none-match': kept.etag }),
      },
    })
    if (reply.status === 304 && kept !== undefined) {
      reply.discard()
      return kept.body
    }
    if (!isSuccess(route, reply.status)) throw await this.#refusal(reply)
    if (mediaType(reply) !== 'application/json') {
      reply.discard()
      throw this.unusable('it is no JSON')
    }
    const body = await readBody(reply, wireLimits.answerBytes, this.whom)
    const etag = reply.header('etag')
    if (isKept && etag !== undefined) await this.#cache.keep({ url: url.href, etag, body })
    return body
  }

  async #send<Params, Query>(
    route: AnyRoute<Params, Query>,
    url: URL,
    { body, headers = {}, signal }: Question & { readonly signal: AbortSignal },
  ): Promise<Reply> {
    const { timeouts, logger, clock } = this.#setup
    const { method } = route
    const started = clock.monotonic()
    const reply = await follow(
      { method, url, body, headers: { ...headers, ...(await this.#authorization(route)) } },
      { timeouts, signal, whom: this.whom },
    )
    const ms = Math.round(clock.monotonic() - started)
    logger.debug('asked', { method, url: url.href, status: reply.status, ms })
    if ((reply.header('content-encoding') ?? 'identity') === 'identity') return reply
    reply.discard()
    throw this.unusable('it is packed in a way that was not asked for')
  }

  async #authorization({ auth }: Pick<Route, 'auth'>): Promise<Record<string, string>> {
    if (auth === 'none') return {}
    const token = await this.#setup.token(this.repository.given)
    if (token === undefined || token === '')
      throw new MarketplaceError(
        'MB_MARKETPLACE_UNAUTHORIZED',
        `Cannot do this at ${this.whom}: there is no token for it`,
        { hint: 'Log in to it first' },
      )
    // It goes into a header: what cannot stand there is no token, and is not repeated.
    if (!/^[\x21-\x7e]{1,4096}$/.test(token))
      throw new MarketplaceError(
        'MB_MARKETPLACE_UNAUTHORIZED',
        `Cannot do this at ${this.whom}: what is kept as its token is none`,
        { hint: 'Log in to it again' },
      )
    return { authorization: `Bearer ${token}` }
  }

  async #refusal(reply: Reply): Promise<MarketplaceError> {
    return answerError(reply, { whom: this.whom, now: this.#setup.clock.now() })
  }

  #urlOf<Params extends object, Query extends object>(
    route: AnyRoute<Params, Query>,
    params: Params,
    query?: Query,
  ): URL {
    return new URL(`${this.repository.base}${pathOf(route, params, query)}`)
  }
}

/** A package that was published before is answered with 200 instead. */
function isSuccess({ status }: { readonly status: number }, answered: number): boolean {
  return answered === status || (status === 202 && answered === 200)
}
