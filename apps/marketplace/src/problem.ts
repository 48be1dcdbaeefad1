import {
  problem,
  problemMediaType,
  type Problem,
  type ProblemCode,
  type Reason,
} from '@mb/marketplace-protocol'

/** What may be said beside a problem's code and detail. */
export interface ProblemOptions {
  readonly hint?: string
  readonly reasons?: readonly Reason[]
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** An answer that is no success, thrown where it becomes known. */
export class HttpProblem extends Error {
  readonly headers: Readonly<Record<string, string>>
  readonly #body: Problem

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause })
    const { hint, reasons, headers = {} } = options
    this.headers = headers
    this.#body = problem(code, detail, {
      ...(hint === undefined ? {} : { hint }),
      ...(reasons === undefined ? {} : { reasons }),
    })
  }

  /** The body that RFC 9457 has for it. */
  body(): Problem {
    return this.#body
  }
}

/** A problem as an answer. */
export function problemResponse(thrown: HttpProblem): Response {
  const body = thrown.body()
  return new Response(JSON.stringify(body), {
    status: body.status,
    headers: {
      'content-type': problemMediaType,
      'cache-control': 'no-store',
      ...thrown.headers,
    },
  })
}
