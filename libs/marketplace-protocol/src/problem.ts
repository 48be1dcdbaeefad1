import { z } from 'zod'
import { reasonsSchema, type Reason } from './reason.ts'

/** What can be wrong with a request, or with answering it. A code never changes its meaning. */
export type ProblemCode =
  | 'bad-request'
  | 'unauthorized'
  | 'token-expired'
  | 'forbidden'
  | 'not-found'
  | 'method-not-allowed'
  | 'name-invalid'
  | 'version-exists'
  | 'version-conflict'
  | 'too-large'
  | 'length-required'
  | 'digest-mismatch'
  | 'package-invalid'
  | 'signature-required'
  | 'signature-invalid'
  | 'key-not-enrolled'
  | 'key-proof-invalid'
  | 'key-exists'
  | 'unsupported-media'
  | 'range-not-satisfiable'
  | 'rate-limited'
  | 'busy'
  | 'internal'

/** An error as it is answered: RFC 9457, `application/problem+json`. */
export interface Problem {
  /** `urn:milkbottle:problem:<code>` */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ProblemCode
  /** What happened this time. */
  readonly detail: string
  /** The next step. */
  readonly hint?: string
  readonly reasons?: readonly Reason[]
}

/** The media type of a {@link Problem}. */
export const problemMediaType = 'application/problem+json'

/** Status and title of each problem. */
export const problemCodes: Readonly<
  Record<ProblemCode, { readonly status: number; readonly title: string }>
> = {
  'bad-request': { status: 400, title: 'The request is not understood' },
  unauthorized: { status: 401, title: 'A valid token is needed' },
  'token-expired': { status: 401, title: 'The token has expired' },
  forbidden: { status: 403, title: 'The token does not allow this' },
  'not-found': { status: 404, title: 'There is no such thing here' },
  'method-not-allowed': { status: 405, title: 'The method is not for this address' },
  'name-invalid': { status: 422, title: 'The name cannot be used' },
  'version-exists': { status: 409, title: 'The version is there already, with other bytes' },
  'version-conflict': { status: 409, title: 'The version does not fit those that are there' },
  'too-large': { status: 413, title: 'The body is too large' },
  'length-required': { status: 411, title: 'The length of the body has to be said' },
  'digest-mismatch': { status: 422, title: 'The bytes are not those that were announced' },
  'package-invalid': { status: 422, title: 'The package breaks the format' },
  'signature-required': { status: 422, title: 'The package is not signed' },
  'signature-invalid': { status: 422, title: 'The signature does not hold' },
  'key-not-enrolled': { status: 403, title: 'The key is not one of the namespace' },
  'key-proof-invalid': { status: 422, title: 'The proof of the key does not hold' },
  'key-exists': { status: 409, title: 'The key is enrolled already' },
  'unsupported-media': { status: 415, title: 'The body is of another type' },
  'range-not-satisfiable': { status: 416, title: 'The range is outside the file' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  busy: { status: 503, title: 'The marketplace is busy' },
  internal: { status: 500, title: 'The marketplace failed' },
}

const prefix = 'urn:milkbottle:problem:'

/** Whether a text is one of the codes. */
export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(problemCodes, text)
}

/**
 * A problem with its status and title.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { problem } from '@mb/marketplace-protocol'
 *
 * assert.deepEqual(problem('not-found', 'There is no plugin "acme/pdf"'), {
 *   type: 'urn:milkbottle:problem:not-found',
 *   title: 'There is no such thing here',
 *   status: 404,
 *   code: 'not-found',
 *   detail: 'There is no plugin "acme/pdf"',
 * })
 * ```
 */
export function problem(
  code: ProblemCode,
  detail: string,
  more: { readonly hint?: string; readonly reasons?: readonly Reason[] } = {},
): Problem {
  const { status, title } = problemCodes[code]
  return { type: `${prefix}${code}`, title, status, code, detail, ...more }
}

const codes = Object.keys(problemCodes).filter((code) => isProblemCode(code))

/** Schema of {@link Problem}. */
export const problemSchema: z.ZodType<Problem> = z.object({
  type: z.string().max(128).startsWith(prefix),
  title: z.string().max(200),
  status: z.int().min(400).max(599),
  code: z.enum(codes),
  detail: z.string().max(4000),
  hint: z.string().max(2000).exactOptional(),
  reasons: reasonsSchema.exactOptional(),
})
