/** What one side of a connection takes from the other before it ends the connection. */
export interface ProtocolLimits {
  /** Longest line, in bytes, without its end. */
  readonly maxLineBytes: number
  /** Requests of one side that wait for their answer. */
  readonly maxPending: number
  /** All lines of requests that wait, in bytes. */
  readonly maxPendingBytes: number
  /** Messages a second, sustained: requests above it wait, notifications end the connection. */
  readonly messagesPerSecond: number
  /** Messages at once, after a time of quiet. */
  readonly burst: number
  /** What was sent and not yet taken, in bytes. */
  readonly maxUnsentBytes: number
}

/** The limits of `mbp/1`. */
export const protocolLimits: ProtocolLimits = {
  maxLineBytes: 8 * 1024 * 1024,
  maxPending: 64,
  maxPendingBytes: 64 * 1024 * 1024,
  messagesPerSecond: 200,
  burst: 1000,
  maxUnsentBytes: 64 * 1024 * 1024,
}
