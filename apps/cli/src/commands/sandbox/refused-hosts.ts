import type { NetworkDecision } from '@mb/sandbox'

/** A host that a command was kept from. */
export interface RefusedHost {
  /** As `--net` takes it; undefined for what it does not. */
  readonly target: string | undefined
  readonly reason: NetworkDecision['reason']
  /** For people. */
  readonly detail: string
  readonly count: number
}

/** What a person reads; a command that asks for ever other hosts fills no memory. */
export const mostHosts = 64

/** Keeps what was refused, each host and reason once. */
export class RefusedHosts {
  readonly #hosts = new Map<string, RefusedHost>()

  add({ host, port, allowed, reason, detail = '' }: NetworkDecision): void {
    if (allowed || reason === undefined) return
    const key = `${host} ${port} ${reason}`
    const known = this.#hosts.get(key)
    if (known === undefined && this.#hosts.size >= mostHosts) return
    const target =
      reason === 'not-granted' && host !== '' && port !== 0 ? hostText(host, port) : undefined
    this.#hosts.set(key, { target, reason, detail, count: (known?.count ?? 0) + 1 })
  }

  /** In the order in which they were first asked for. */
  get list(): readonly RefusedHost[] {
    return [...this.#hosts.values()]
  }
}

/** As `--net` takes it. */
export function hostText(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
