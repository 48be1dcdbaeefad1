import type { NetworkDecision } from '@mb/sandbox'
import { hostText, mostHosts } from './refused-hosts.ts'

/** A host that a command may connect to, and that could not be reached. */
export interface UnreachedHost {
  /** As `--net` takes it. */
  readonly target: string
  readonly reason: FailureReason
  /** Whether the proxy that this machine has to go through was asked for it. */
  readonly byProxy: boolean
  readonly count: number
}

/** Why an allowed connection came to nothing. */
export type FailureReason = 'unresolved' | 'unreachable' | 'connectMs' | 'broken' | 'upstream'

/** Keeps what failed of what was allowed, each host and reason once: a program tells of it as of an answer of that host, or not at all. */
export class UnreachedHosts {
  readonly #hosts = new Map<string, UnreachedHost>()
  /** Requests that go through a proxy, or whose name nobody knows: of those no address is told. */
  readonly #withoutAddress = new Set<number>()

  add({ id, kind, host, port, allowed, reason, address }: NetworkDecision): void {
    if (!allowed) return
    if (kind === 'decided') {
      if (address === undefined) this.#withoutAddress.add(id)
      return
    }
    const byProxy = this.#withoutAddress.delete(id) && reason !== 'unresolved'
    if (!isFailure(reason)) return
    const key = `${host} ${port} ${reason}`
    const known = this.#hosts.get(key)
    if (known === undefined && this.#hosts.size >= mostHosts) return
    const target = hostText(host, port)
    this.#hosts.set(key, { target, reason, byProxy, count: (known?.count ?? 0) + 1 })
  }

  /** In the order in which they first failed. */
  get list(): readonly UnreachedHost[] {
    return [...this.#hosts.values()]
  }
}

const failures = new Set<string>(['unresolved', 'unreachable', 'connectMs', 'broken', 'upstream'])

function isFailure(reason: NetworkDecision['reason']): reason is FailureReason {
  return reason !== undefined && failures.has(reason)
}
