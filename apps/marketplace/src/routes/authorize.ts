import { hashToken, isToken } from '@mb/marketplace-protocol'
import type { Context } from 'hono'
import { HttpProblem } from '../problem.ts'
import type { Account, TokenRecord } from '../store/store.ts'
import type { Service } from './service.ts'

/** Who asks, and by which token. */
export interface Caller {
  readonly account: Account
  readonly token: TokenRecord
}

const challenge = { 'www-authenticate': 'Bearer realm="milkbottle"' }

/**
 * Finds out who asks.
 *
 * @throws HttpProblem `unauthorized`, `token-expired`, `rate-limited`
 */
export function authorize(context: Context, service: Service): Caller {
  const text = /^Bearer ([\w-]{1,200})$/i.exec(context.req.header('authorization') ?? '')?.[1]
  const found =
    text !== undefined && isToken(text)
      ? service.store.accounts.findToken(hashToken(text))
      : undefined
  if (found === undefined || found.token.isRevoked) {
    const seconds = service.guesses.take(service.addressOf(context))
    if (seconds > 0) throw tooFast(seconds)
    throw new HttpProblem('unauthorized', 'This needs a token of an account here', {
      hint: 'Get one from the operator, and log in: mb marketplace login',
      headers: challenge,
    })
  }
  if (Date.parse(found.token.expiresAt) <= service.clock.now()) {
    throw new HttpProblem('token-expired', `The token expired at ${found.token.expiresAt}`, {
      hint: 'Get a new one from the operator, and log in: mb marketplace login',
      headers: challenge,
    })
  }
  return found
}

/**
 * Lets somebody change something now.
 *
 * @throws HttpProblem `forbidden` for a namespace of others, `rate-limited`
 */
export function allow({ account }: Caller, namespace: string | undefined, service: Service): void {
  const seconds = service.writes.take(account.name)
  if (seconds > 0) throw tooFast(seconds)
  if (namespace === undefined || account.namespaces.includes(namespace)) return
  throw new HttpProblem('forbidden', `Account "${account.name}" has no namespace "${namespace}"`, {
    hint:
      account.namespaces.length === 0
        ? 'Ask the operator for a namespace'
        : `It has ${account.namespaces.join(', ')}`,
  })
}

function tooFast(seconds: number): HttpProblem {
  return new HttpProblem('rate-limited', `That was too much at once: wait ${seconds} s`, {
    headers: { 'retry-after': String(seconds) },
  })
}
