import { requireKnownNames } from '../known-names.ts'

/** How much of the network one run may use. `Infinity` is no limit. */
export interface NetworkLimits {
  /** Connections of the program at one time. @default 256 */
  readonly connections?: number | undefined
  /** Requests and tunnels in all, refused ones too; after as many connections, no more are taken. @default 100_000 */
  readonly total?: number | undefined
  /** Until a request has said what it asks, and between two on one connection, in milliseconds. @default 30_000 */
  readonly headMs?: number | undefined
  /** Until a name is resolved and a connection is made, in milliseconds. @default 15_000 */
  readonly connectMs?: number | undefined
  /** Without a byte in either direction, in milliseconds. @default 300_000 */
  readonly idleMs?: number | undefined
  /** Of one request or tunnel, in milliseconds. @default 3_600_000 */
  readonly durationMs?: number | undefined
  /** From the program, in one request or tunnel. @default 16 GiB */
  readonly bytesUp?: number | undefined
  /** To the program, in one request or tunnel. @default 16 GiB */
  readonly bytesDown?: number | undefined
}

/** Limits with nothing left out. */
export type FullNetworkLimits = { readonly [Name in keyof NetworkLimits]-?: number }

const gibibyte = 1024 ** 3

const defaults: FullNetworkLimits = {
  connections: 256,
  total: 100_000,
  headMs: 30_000,
  connectMs: 15_000,
  idleMs: 300_000,
  durationMs: 3_600_000,
  bytesUp: 16 * gibibyte,
  bytesDown: 16 * gibibyte,
}

const names: Readonly<Record<keyof NetworkLimits, true>> = {
  connections: true,
  total: true,
  headMs: true,
  connectMs: true,
  idleMs: true,
  durationMs: true,
  bytesUp: true,
  bytesDown: true,
}

/**
 * Fills in what is left out.
 *
 * @throws RangeError for a limit that is no positive number, TypeError for one that there is not
 */
export function fillNetworkLimits(limits: NetworkLimits = {}): FullNetworkLimits {
  requireKnownNames('a limit of the network', limits, names)
  const given = Object.entries(limits).filter(([, value]) => value !== undefined)
  const wrong = given.find(([, value]) => typeof value !== 'number' || !(value > 0))
  if (wrong !== undefined)
    throw new RangeError(
      `Cannot limit ${wrong[0]} to ${String(wrong[1])}: it has to be a positive number`,
    )
  return { ...defaults, ...Object.fromEntries(given) }
}
