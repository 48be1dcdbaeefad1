/** How long a marketplace may take. */
export interface Timeouts {
  /** Until a connection stands, TLS included. @default 5_000 */
  readonly connectMs: number
  /** From the end of a request to the end of the answer's headers. @default 10_000 */
  readonly answerMs: number
  /** Between two parts of a body, either way. @default 30_000 */
  readonly idleMs: number
  /** For all of one request, with tries and redirects. @default 600_000 */
  readonly totalMs: number
}

/** The limits where nothing else is said. */
export const defaultTimeouts: Timeouts = {
  connectMs: 5_000,
  answerMs: 10_000,
  idleMs: 30_000,
  totalMs: 600_000,
}
