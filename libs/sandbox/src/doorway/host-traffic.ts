import type { NetworkDecision } from '../network-proxy/network-decision.ts'

/** What a program had to do with one host, as the proxy saw it. */
export interface HostTraffic {
  readonly host: string
  /** 0 where what was asked for had none. */
  readonly port: number
  /** Requests and tunnels that were let through. */
  readonly allowed: number
  /** And those that were not. */
  readonly refused: number
  /** From the program. */
  readonly bytesUp: number
  /** To the program. */
  readonly bytesDown: number
}

// As many as are kept of violations: a program that asks for ever other hosts fills no memory of the host's.
const most = 256
const others = { host: 'others', port: 0 } as const

/** Adds up the decisions of one run by host; hosts beyond the first 256 together, as `others`. */
export class TrafficMeter {
  readonly #hosts = new Map<string, HostTraffic>()

  add({ host, port, kind, allowed, count = 1, bytesUp = 0, bytesDown = 0 }: NetworkDecision): void {
    const wanted = `${host} ${port}`
    const isKept = this.#hosts.has(wanted) || this.#hosts.size < most
    const key = isKept ? wanted : `${others.host} ${others.port}`
    const before = this.#hosts.get(key) ?? { ...(isKept ? { host, port } : others), ...nothing }
    this.#hosts.set(key, {
      ...before,
      allowed: before.allowed + (kind === 'decided' && allowed ? 1 : 0),
      refused: before.refused + (allowed ? 0 : count),
      bytesUp: before.bytesUp + bytesUp,
      bytesDown: before.bytesDown + bytesDown,
    })
  }

  /** In the order in which they were first asked for. */
  get hosts(): readonly HostTraffic[] {
    return [...this.#hosts.values()]
  }
}

const nothing = { allowed: 0, refused: 0, bytesUp: 0, bytesDown: 0 } as const
