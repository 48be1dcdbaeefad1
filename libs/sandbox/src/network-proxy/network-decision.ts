import type { Target } from './target.ts'

/** Why something was refused. */
export type RefusalReason =
  /** What was sent is no request to a proxy, or could be read in two ways. */
  | 'malformed'
  /** No grant holds this host and port. */
  | 'not-granted'
  /** The host is granted, and leads to an address that is not public, or is an address of that kind itself. */
  | 'address'
  /** The limits of these names. */
  | 'connections'
  | 'total'
  | 'headMs'

/** Why a connection that was allowed has ended. */
export type EndReason =
  /** By one of both, or with the run. */
  | 'closed'
  /** Nobody knows the name, nobody answers, or the answer is no HTTP. */
  | 'unresolved'
  | 'unreachable'
  | 'broken'
  /** The upstream proxy refuses. */
  | 'upstream'
  /** A limit of the same name. */
  | 'connectMs'
  | 'idleMs'
  | 'durationMs'
  | 'bytesUp'
  | 'bytesDown'

/**
 * One decision of the proxy, as plain JSON: when it is made, and for what was allowed once more when it has ended. What is refused after
 * the first thousand times is told in sums.
 */
export interface NetworkDecision {
  /** ISO 8601, in UTC. */
  readonly at: string
  readonly kind: 'decided' | 'ended' | 'summed'
  /** Number of the request in its run; the same for its end. */
  readonly id: number
  /** In its one form; of what cannot be read, what of it can be shown. */
  readonly host: string
  /** 0 for what has none. */
  readonly port: number
  /** `CONNECT` for a tunnel, else of HTTP. */
  readonly method: string
  readonly allowed: boolean
  readonly reason?: RefusalReason | EndReason
  /** For people: `10.1.2.3 is private`. */
  readonly detail?: string
  /** The first that is tried, and in the end the one that has answered; absent where an upstream proxy resolves the name. */
  readonly address?: string
  readonly bytesUp?: number
  readonly bytesDown?: number
  readonly durationMs?: number
  /** Of a sum: how many refusals have not been told one by one. */
  readonly count?: number
}

/** What is asked of the proxy. */
export interface Asked extends Pick<Target, 'host' | 'port'> {
  readonly id: number
  readonly method: string
}
