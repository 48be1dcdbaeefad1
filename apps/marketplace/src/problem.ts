import { problemCodes, type Problem, type ProblemCode, type Reason } from '@mb/marketplace-protocol'

/** What may be said beside a problem's code and detail. */
export interface ProblemOptions {
  readonly hint?: string
  readonly reasons?: readonly Reason[]
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** An answer that is no success, thrown where it becomes known. */
export class HttpProblem extends Error {
  readonly code: ProblemCode
  readonly hint: string | undefined
  readonly reasons: readonly Reason[] | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause })
    this.code = code
    this.hint = options.hint
    this.reasons = options.reasons
    this.headers = options.headers ?? {}
  }

  get status(): number {
    return problemCodes[this.code].status
  }

  /** The body that RFC 9457 has for it. */
  body(): Problem {
    return {
      type: `urn:milkbottle:problem:${this.code}`,
      title: problemCodes[this.code].title,
      status: this.status,
      code: this.code,
      detail: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.reasons === undefined ? {} : { reasons: [...this.reasons] }),
    }
  }
}

/** A problem as an answer. */
export function problemResponse(problem: HttpProblem): Response {
  return new Response(JSON.stringify(problem.body()), {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...problem.headers,
    },
  })
}
