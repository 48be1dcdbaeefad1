import { randomUUID } from 'node:crypto'
import { errorCode, type Clock } from '@mb/kernel'
import {
  describePermissions,
  permissionsHash,
  type NetPermission,
  type Permissions,
} from '@mb/manifest'
import type { Exit, Receipt } from '@mb/sandbox'
import type { AuditLog } from '../broker/index.ts'
import type { Mounts } from './granted-mounts.ts'

/** Whose run it is. */
export interface RunRecordOptions {
  readonly plugin: string
  readonly version: string
  /** Of its files. */
  readonly digest?: string | undefined
  readonly stage: 'execute' | 'migrate' | 'health'
  /** Of stage `execute`. */
  readonly command?: string | undefined
  readonly interactive: boolean
  readonly permissions: Permissions
  readonly clock: Clock
}

/** Gathers what happened in a run, for its line in the audit log. */
export class RunRecord {
  /** Id of the run. */
  readonly run: string = randomUUID()
  readonly #options: RunRecordOptions
  #facts: Readonly<Record<string, unknown>> = {}

  constructor(options: RunRecordOptions) {
    this.#options = options
  }

  mounted(mounts: Mounts): void {
    this.#facts = { ...this.#facts, mounts }
  }

  /** The hosts of the addresses that the person named. */
  named(hosts: readonly NetPermission[]): void {
    if (hosts.length > 0) this.#facts = { ...this.#facts, named: hosts }
  }

  started(receipt: Receipt): void {
    const { level, backend, backendVersion, items, readMs } = receipt
    const proved = items.filter((item) => item.proved).map(({ item }) => item)
    this.#facts = { ...this.#facts, receipt: { level, backend, backendVersion, proved, readMs } }
  }

  ended({ usage, violations, network }: Exit, calls: Readonly<Record<string, unknown>>): void {
    const traffic = network === undefined ? {} : { network }
    this.#facts = { ...this.#facts, usage, violations, ...traffic, calls }
  }

  /** Writes the line, whatever came of the run. */
  write(audit: AuditLog, outcome: { readonly error?: unknown }): void {
    const { plugin, version, digest, stage, command, interactive, permissions, clock } =
      this.#options
    audit.append({
      kind: 'run',
      time: new Date(clock.now()).toISOString(),
      plugin,
      version,
      digest,
      run: this.run,
      stage,
      command,
      interactive,
      grantHash: permissionsHash(permissions),
      grants: describePermissions(permissions).map(({ kind, target }) => `${kind} ${target}`),
      ...this.#facts,
      outcome: 'error' in outcome ? (errorCode(outcome.error) ?? 'error') : 'ok',
    })
  }
}
