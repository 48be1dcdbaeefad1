import { neutralText } from '@mb/manifest'
import {
  problemMediaType,
  problemSchema,
  wireLimits,
  type Problem,
  type ProblemCode,
} from '@mb/marketplace-protocol'
import { MarketplaceError, type MarketplaceErrorCode } from '../marketplace-error.ts'
import { parseJson } from './parse-json.ts'
import { readRetryAfter } from './retry-after.ts'
import { mediaType, readBody, type Reply } from './reply.ts'
import type { Whom } from './network-error.ts'

/** What an error is told with. */
export interface AnswerErrorOptions {
  readonly whom: Whom
  readonly now: number
}

const maxProblemBytes = Math.min(wireLimits.answerBytes, 1024 * 1024)

/** The error that an answer without success stands for. Its body is read. */
export async function answerError(
  reply: Reply,
  options: AnswerErrorOptions,
): Promise<MarketplaceError> {
  const problem = await readProblem(reply, options)
  return problem === undefined
    ? fromStatus(reply, options)
    : new MarketplaceError(
        codes[problem.code],
        // A stranger's words: one line, nothing invisible.
        `Cannot do this at ${options.whom}: ${neutralText(problem.detail, 500)}`,
        {
          // In its own name: a hint of ours is one to follow.
          hint:
            problem.hint === undefined
              ? hints[problem.code]
              : `The marketplace says: ${neutralText(problem.hint, 500)}`,
          details: {
            status: reply.status,
            problem: problem.code,
            ...(problem.reasons === undefined ? {} : { reasons: problem.reasons }),
            ...pauseOf(reply, options),
          },
        },
      )
}

async function readProblem(
  reply: Reply,
  { whom }: AnswerErrorOptions,
): Promise<Problem | undefined> {
  if (mediaType(reply) !== problemMediaType || reply.header('content-encoding') !== undefined) {
    reply.discard()
    return undefined
  }
  const body = await readBody(reply, maxProblemBytes, whom)
  const read = problemSchema.safeParse(parseJson(body))
  // A problem of another status is one that somebody put there.
  return read.success && read.data.status === reply.status ? read.data : undefined
}

const codes: Readonly<Record<ProblemCode, MarketplaceErrorCode>> = {
  'bad-request': 'MB_MARKETPLACE_PROBLEM',
  unauthorized: 'MB_MARKETPLACE_UNAUTHORIZED',
  'token-expired': 'MB_MARKETPLACE_TOKEN_EXPIRED',
  forbidden: 'MB_MARKETPLACE_FORBIDDEN',
  'not-found': 'MB_MARKETPLACE_NOT_FOUND',
  'method-not-allowed': 'MB_MARKETPLACE_PROBLEM',
  'name-invalid': 'MB_MARKETPLACE_REJECTED',
  'version-exists': 'MB_MARKETPLACE_VERSION_EXISTS',
  'version-conflict': 'MB_MARKETPLACE_REJECTED',
  'too-large': 'MB_MARKETPLACE_REJECTED',
  'length-required': 'MB_MARKETPLACE_PROBLEM',
  'digest-mismatch': 'MB_MARKETPLACE_REJECTED',
  'package-invalid': 'MB_MARKETPLACE_REJECTED',
  'signature-required': 'MB_MARKETPLACE_REJECTED',
  'signature-invalid': 'MB_MARKETPLACE_REJECTED',
  'key-not-enrolled': 'MB_MARKETPLACE_FORBIDDEN',
  'key-proof-invalid': 'MB_MARKETPLACE_REJECTED',
  'key-exists': 'MB_MARKETPLACE_REJECTED',
  'unsupported-media': 'MB_MARKETPLACE_PROBLEM',
  'range-not-satisfiable': 'MB_MARKETPLACE_PROBLEM',
  'rate-limited': 'MB_MARKETPLACE_RATE_LIMITED',
  busy: 'MB_MARKETPLACE_UNREACHABLE',
  internal: 'MB_MARKETPLACE_PROBLEM',
}

const hints: Partial<Readonly<Record<ProblemCode, string>>> = {
  unauthorized: 'Log in with a valid token',
  'token-expired': 'Log in with a new token',
  'rate-limited': 'Try again later',
  busy: 'Try again later',
  internal: 'Try again later, or tell whoever runs it',
}

/** What a proxy, or something that is no marketplace, may answer. */
function fromStatus(reply: Reply, options: AnswerErrorOptions): MarketplaceError {
  const { status } = reply
  return new MarketplaceError(
    codeOfStatus(status),
    `Cannot use the answer of ${options.whom}: it is status ${status} and tells no reason`,
    {
      hint: status >= 500 || status === 429 ? 'Try again later' : 'Check its address',
      details: { status, ...pauseOf(reply, options) },
    },
  )
}

function codeOfStatus(status: number): MarketplaceErrorCode {
  switch (status) {
    case 401:
      return 'MB_MARKETPLACE_UNAUTHORIZED'
    case 403:
      return 'MB_MARKETPLACE_FORBIDDEN'
    case 429:
      return 'MB_MARKETPLACE_RATE_LIMITED'
    case 408:
    case 425:
      return 'MB_MARKETPLACE_UNREACHABLE'
    default:
      // A page that is not there, without our own words for it, is no answer about a plugin.
      return status >= 500 ? 'MB_MARKETPLACE_UNREACHABLE' : 'MB_MARKETPLACE_ANSWER'
  }
}

function pauseOf(reply: Reply, { now }: AnswerErrorOptions): { readonly retryAfterMs?: number } {
  const value = reply.header('retry-after')
  const retryAfterMs = value === undefined ? undefined : readRetryAfter(value, now)
  return retryAfterMs === undefined ? {} : { retryAfterMs }
}
