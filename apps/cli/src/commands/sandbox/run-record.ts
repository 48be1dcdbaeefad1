import { errorCode, isInside } from '@mb/kernel'
import type { NetworkDecision, NetworkOptions, SecurityReport } from '@mb/sandbox'
import type { Context } from '../../context.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { AuditFile, auditPath } from './audit-file.ts'
import type { JailRequest } from './jail-request.ts'
import { networkOf, requireHosts } from './network-of.ts'
import { RefusedHosts, type RefusedHost } from './refused-hosts.ts'
import { UnreachedHosts, type UnreachedHost } from './unreached-hosts.ts'
import { withoutLinks } from './without-links.ts'

/** What is kept of a run that may make connections, or is recorded in a file. */
export class RunRecord implements Disposable {
  /** Aborted with the person's, or when a line cannot be recorded. */
  readonly signal: AbortSignal
  /** Undefined where no connection is allowed. */
  readonly network: NetworkOptions | undefined
  readonly #audit: AuditFile | undefined
  readonly #path: string | undefined
  readonly #refused = new RefusedHosts()
  readonly #unreached = new UnreachedHosts()

  /** @throws CliError `MB_CLI_AUDIT`, `MB_CLI_VALUE`, `MB_CLI_USAGE` */
  constructor(invocation: Invocation, { net }: JailRequest, context: Context) {
    const { env, workspace, signal } = context
    const authorities = invocation.list('ca')
    requireHosts(authorities, net)
    this.network =
      net.length === 0
        ? undefined
        : {
            ...networkOf({ env, workspace, authorities }),
            onDecision: (decision) => this.#keep(decision),
          }
    const file = invocation.option('audit')
    this.#path = file === undefined ? undefined : auditPath(file, workspace)
    this.#audit = this.#path === undefined ? undefined : new AuditFile(this.#path)
    this.signal = this.#audit === undefined ? signal : AbortSignal.any([signal, this.#audit.failed])
  }

  /** Aborted when a line cannot be recorded: from then on nothing may be done. */
  get failed(): AbortSignal | undefined {
    return this.#audit?.failed
  }

  /** What the command was kept from. */
  get refused(): readonly RefusedHost[] {
    return this.#refused.list
  }

  /** What it was allowed, and could not reach. */
  get unreached(): readonly UnreachedHost[] {
    return this.#unreached.list
  }

  /** Hides the record from the command, where it lies in what is granted: it would change what is told of it. */
  hideFrom(request: JailRequest): JailRequest {
    if (this.#path === undefined) return request
    const path = withoutLinks(this.#path)
    const asked = [...request.read, ...request.write, ...request.dangerous].map(withoutLinks)
    return asked.some((each) => isInside(each, path))
      ? { ...request, deny: [...request.deny, path] }
      : request
  }

  /**
   * Adds that it is about to begin: the first line, by which one that was killed is known.
   *
   * @throws CliError `MB_CLI_AUDIT`
   */
  begin(command: string): void {
    this.#audit?.append({ at: new Date().toISOString(), kind: 'started', command })
    this.failed?.throwIfAborted()
  }

  /** Adds how it ended: the last line. */
  end(command: string, report: SecurityReport): void {
    this.#audit?.append({ at: new Date().toISOString(), kind: 'report', command, ...report })
  }

  /** Adds that there is no result, and why; in place of the last line. */
  fail(command: string, error: unknown): void {
    const code = errorCode(error) ?? 'error'
    this.#audit?.append({ at: new Date().toISOString(), kind: 'failed', command, code })
  }

  [Symbol.dispose](): void {
    this.#audit?.[Symbol.dispose]()
  }

  #keep(decision: NetworkDecision): void {
    this.#refused.add(decision)
    this.#unreached.add(decision)
    this.#audit?.append({ ...decision })
  }
}
