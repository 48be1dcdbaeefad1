import { isMbError, type Clock, type Store } from '@mb/kernel'
import { CallError, callErrorCodes, type Params, type RequestHandler } from '../protocol/index.ts'
import type { AuditLog } from './audit-log.ts'
import type { Concealer } from './conceal.ts'
import type { PluginLogger } from './plugin-logger.ts'

/** Whether a plugin may do something now. */
export type Decision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reason: string }

/** Which run a broker is for, and what stands behind its capabilities. */
export interface BrokerOptions {
  /** `namespace/name`. */
  readonly plugin: string
  readonly version: string
  /** Id of the run. */
  readonly run: string
  readonly keyValues: Store
  readonly log: PluginLogger
  readonly audit: AuditLog
  readonly conceal: Concealer
  readonly clock: Clock
}

interface Capability {
  /** Why these arguments are none; undefined when they are. */
  readonly refuse: (given: Params) => string | undefined
  /** What of the arguments is recorded: never a value. */
  readonly summary: (given: Params) => Params
  readonly do: (given: Params) => unknown
}

const maxKeyLength = 512

/**
 * The one gate between a plugin and the host: what a plugin calls is a capability that {@link Broker.authorize} allows
 * and the audit log records, or it does not happen.
 */
export class Broker {
  readonly #options: BrokerOptions
  readonly #capabilities: ReadonlyMap<string, Capability>
  readonly #calls = new Map<string, { allowed: number; denied: number }>()

  constructor(options: BrokerOptions) {
    this.#options = options
    this.#capabilities = capabilities(options)
  }

  /** How often each capability was called. */
  get calls(): Readonly<Record<string, { readonly allowed: number; readonly denied: number }>> {
    return Object.fromEntries(this.#calls)
  }

  /** The handler of a request, for the connection: of any name, so that refusals are recorded too. */
  handler(method: string): RequestHandler {
    return async (given) => await this.#serve(method, given)
  }

  /** Takes what the plugin logs. */
  log(given: Params): void {
    if (this.authorize('log', given).allowed) this.#options.log.write(given)
  }

  /** Decides, and records the decision. */
  authorize(name: string, given: Params): Decision {
    const decision = this.#judge(name, given)
    this.#record(name, given, decision)
    return decision
  }

  async #serve(name: string, given: Params): Promise<unknown> {
    const decision = this.authorize(name, given)
    const capability = this.#capabilities.get(name)
    if (!decision.allowed || capability === undefined) {
      const reason = decision.allowed ? 'it does not exist' : decision.reason
      throw new CallError(callErrorCodes.denied, `Cannot use "${name.slice(0, 64)}": ${reason}`)
    }
    try {
      return await capability.do(given)
    } catch (error) {
      if (!isMbError(error)) throw error
      throw new CallError(
        callErrorCodes.limit,
        error.message,
        { code: error.code },
        { cause: error },
      )
    }
  }

  #judge(name: string, given: Params): Decision {
    const capability = this.#capabilities.get(name)
    if (capability === undefined)
      return { allowed: false, reason: 'the host has no such capability' }
    const reason = capability.refuse(given)
    return reason === undefined ? { allowed: true } : { allowed: false, reason }
  }

  #record(name: string, given: Params, decision: Decision): void {
    const known = this.#capabilities.get(name)
    const counted = known === undefined ? 'unknown' : name
    const count = this.#calls.get(counted) ?? { allowed: 0, denied: 0 }
    count[decision.allowed ? 'allowed' : 'denied'] += 1
    this.#calls.set(counted, count)
    // Messages are the log's business: the first of each decision stands for all, which the run's line counts.
    if (name === 'log' && count[decision.allowed ? 'allowed' : 'denied'] > 1) return
    const { plugin, version, run, audit, conceal, clock } = this.#options
    audit.append({
      kind: 'decision',
      time: new Date(clock.now()).toISOString(),
      plugin,
      version,
      run,
      capability: conceal(name.slice(0, 64)),
      arguments: concealed(known?.summary(given) ?? {}, conceal),
      decision: decision.allowed ? 'allow' : 'deny',
      ...(decision.allowed ? {} : { reason: decision.reason }),
    })
  }
}

function capabilities({ keyValues, log }: BrokerOptions): ReadonlyMap<string, Capability> {
  return new Map<string, Capability>([
    ['kv.get', keyed(async (key) => ({ value: await keyValues.get(key) }))],
    ['kv.set', keyed((key, { value }) => keyValues.set(key, value))],
    ['kv.delete', keyed((key) => keyValues.delete(key))],
    [
      'kv.list',
      {
        refuse: ({ prefix }) => (isKey(prefix, 0) ? undefined : 'the prefix is none'),
        summary: ({ prefix }) => ({
          prefix: typeof prefix === 'string' ? prefix.slice(0, maxKeyLength) : null,
        }),
        do: (given) => keyValues.list(textOf(given, 'prefix')),
      },
    ],
    [
      'log',
      {
        refuse: ({ message }) => {
          if (typeof message !== 'string') return 'the message is no text'
          return log.admit() ? undefined : 'it logs too much'
        },
        summary: () => ({}),
        do: (given) => log.write(given),
      },
    ],
  ])
}

function keyed(work: (key: string, given: Params) => unknown): Capability {
  return {
    refuse: ({ key }) => (isKey(key, 1) ? undefined : 'the key is none'),
    summary: ({ key }) => ({ key: typeof key === 'string' ? key.slice(0, maxKeyLength) : null }),
    do: (given) => work(textOf(given, 'key'), given),
  }
}

function isKey(value: unknown, minLength: number): boolean {
  return typeof value === 'string' && value.length >= minLength && value.length <= maxKeyLength
}

function textOf(given: Params, name: string): string {
  const value = given[name]
  return typeof value === 'string' ? value : ''
}

function concealed(summary: Params, conceal: Concealer): Params {
  return Object.fromEntries(
    Object.entries(summary).map(([name, value]) => [
      name,
      typeof value === 'string' ? conceal(value) : value,
    ]),
  )
}
