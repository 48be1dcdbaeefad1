/** Codes of errors in answers. Those above -32100 are JSON-RPC's own. */
export const callErrorCodes = {
  methodNotFound: -32_601,
  invalidParams: -32_602,
  internal: -32_603,
  /** The plugin's own code threw. */
  threw: -32_000,
  /** The plugin's entry could not be loaded, or is no plugin. */
  load: -32_001,
  /** The host does not allow it. */
  denied: -32_002,
  /** A limit of the host was reached. */
  limit: -32_003,
  /** As in the Language Server Protocol. */
  cancelled: -32_800,
} as const

/** An error in an answer: the other side was reached, and could not or would not. */
export class CallError extends Error {
  /** One of {@link callErrorCodes}, or another side's own. */
  readonly code: number
  /** Facts for programs. */
  readonly data: Readonly<Record<string, unknown>>

  constructor(
    code: number,
    message: string,
    data: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.code = code
    this.data = data
  }

  override get name(): string {
    return 'CallError'
  }
}
