/**
 * Why a connection, or one call on it, cannot go on.
 *
 * - `malformed`: a line is no message
 * - `too-long`: a line is longer than allowed
 * - `unexpected`: an answer that nobody waits for, or an id used twice
 * - `flood`: more messages, or more open requests, than allowed
 * - `stalled`: the other side does not read
 * - `ended`: the other side is gone
 * - `deadline`: a call was not answered in time
 */
export type FaultKind =
  | 'malformed'
  | 'too-long'
  | 'unexpected'
  | 'flood'
  | 'stalled'
  | 'ended'
  | 'deadline'

/** Thrown by a connection. Not for people: whoever holds the connection knows whose it is and says so. */
export class ProtocolFault extends Error {
  readonly kind: FaultKind

  constructor(kind: FaultKind, reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.kind = kind
  }

  override get name(): string {
    return 'ProtocolFault'
  }
}
