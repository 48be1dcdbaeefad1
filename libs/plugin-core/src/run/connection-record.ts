import type { Clock } from '@mb/kernel'
import type { NetworkDecision } from '@mb/sandbox'
import type { AuditLog, Concealer } from '../broker/index.ts'

/** Whose connections are recorded, and where. */
export interface ConnectionRecordOptions {
  /** `namespace/name`. */
  readonly plugin: string
  readonly version: string
  /** Id of the run. */
  readonly run: string
  readonly audit: AuditLog
  readonly conceal: Concealer
  readonly clock: Clock
}

/** Records each connection that a plugin makes or is refused, beside its calls to the host. */
export class ConnectionRecord {
  readonly #options: ConnectionRecordOptions
  readonly #failing = new AbortController()

  constructor(options: ConnectionRecordOptions) {
    this.#options = options
  }

  /** Aborted with the error once a line could not be written: what cannot be recorded is not done. */
  get failed(): AbortSignal {
    return this.#failing.signal
  }

  /** Adds a decision. It does not throw: the proxy may not fail in the middle of one. */
  add(decision: NetworkDecision): void {
    if (this.failed.aborted) return
    const { plugin, version, run, audit, conceal, clock } = this.#options
    const { host, port, method, allowed, detail, address, kind, id, at: _at, ...more } = decision
    try {
      audit.append({
        kind: 'decision',
        time: new Date(clock.now()).toISOString(),
        plugin,
        version,
        run,
        capability: 'net',
        // What it asks for it has chosen itself: a secret can be a part of a name.
        arguments: { host: conceal(host), port, method },
        decision: allowed ? 'allow' : 'deny',
        connection: id,
        stage: kind,
        ...(address === undefined ? {} : { address }),
        ...(detail === undefined ? {} : { detail: conceal(detail) }),
        ...more,
      })
    } catch (error) {
      this.#failing.abort(error)
    }
  }
}
