import { redact } from './redact.ts'

/** What an error is about: code that was loaded, what was configured, what was missing or full, or what was tried. */
export type ErrorCategory = 'loading' | 'configuration' | 'resource' | 'operation'

/** How the attempt ended; `mb` maps it to its exit code. */
export type ErrorOutcome =
  | 'failure'
  | 'usage'
  | 'refused'
  | 'not-found'
  | 'network'
  | 'interrupted'
  | 'bug'

/** One row of a package's error catalogue: what a code means, wherever it is thrown. */
export interface ErrorKind {
  readonly category: ErrorCategory
  /** @default 'failure' */
  readonly outcome?: ErrorOutcome
  /** One sentence for the error index in the docs. */
  readonly summary: string
}

/** What may be said beside the message. */
export interface MbErrorOptions {
  /** The next step, as an instruction. */
  readonly hint?: string | undefined
  readonly cause?: unknown
  /** Facts for programs; goes out with `--json`. Never secrets. */
  readonly details?: Readonly<Record<string, unknown>> | undefined
}

// A registered symbol is the same in every realm and in every installed copy of this package; `instanceof` is not.
const brand = Symbol.for('@mb/kernel/MbError')

/**
 * The error of every MilkBottle library: a stable code, a category, and the next step.
 *
 * Credentials in the message and hint are redacted here, so that no printer has to remember.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { isMbError, MbError } from '@mb/kernel'
 *
 * const error = new MbError('MB_DISK_FULL', 'Cannot write "notes.md": no space left', {
 *   category: 'resource',
 *   summary: 'The disk is full',
 * }, { hint: 'Free some space' })
 * assert.equal(isMbError(error) && error.code, 'MB_DISK_FULL')
 * ```
 */
export class MbError<Code extends string = string> extends Error {
  readonly code: Code
  readonly category: ErrorCategory
  readonly outcome: ErrorOutcome
  readonly hint: string | undefined
  readonly details: Readonly<Record<string, unknown>> | undefined

  constructor(code: Code, message: string, kind: ErrorKind, options: MbErrorOptions = {}) {
    super(redact(message), 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.category = kind.category
    this.outcome = kind.outcome ?? 'failure'
    this.hint = options.hint === undefined ? undefined : redact(options.hint)
    this.details = options.details
    Object.defineProperty(this, brand, { value: true })
  }

  override get name(): string {
    return this.constructor.name
  }
}

/** Whether a value is an {@link MbError}, of this copy of the package or any other. */
export function isMbError(value: unknown): value is MbError {
  return typeof value === 'object' && value !== null && brand in value
}

/** The codes of Node's own system errors and of ours; undefined for anything else. */
export function errorCode(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('code' in value)) return undefined
  return typeof value.code === 'string' ? value.code : undefined
}
