import type { LogData, Logger } from '@mb/kernel'
import { neutralText } from '@mb/manifest'
import { TokenBucket, type Params } from '../protocol/index.ts'
import type { Concealer } from './conceal.ts'

/** Whose messages go where. */
export interface PluginLoggerOptions {
  /** `namespace/name`. */
  readonly plugin: string
  readonly logger: Logger
  readonly conceal: Concealer
  /** A clock that never goes back, in milliseconds. */
  readonly now: () => number
}

const rate = { burst: 500, perSecond: 100 }
const maxMessageLength = 2000
const maxDataMembers = 200
const maxDataDepth = 8
const levels: readonly (keyof Logger)[] = ['debug', 'info', 'warn', 'error']

/** Passes on what a plugin logs: bounded, without credentials, and without what could reach a terminal. */
export class PluginLogger implements Disposable {
  readonly #options: PluginLoggerOptions
  readonly #bucket: TokenBucket
  #dropped = 0

  constructor(options: PluginLoggerOptions) {
    this.#options = options
    this.#bucket = new TokenBucket(rate, options.now)
  }

  /** Whether there is room for one more message; a message that has none is counted. */
  admit(): boolean {
    if (this.#bucket.tryTake(1)) return true
    this.#dropped += 1
    return false
  }

  write({ level, message, data }: Params): void {
    const known = levels.find((each) => each === level) ?? 'info'
    this.#options.logger[known](this.#harmless(String(message)), {
      ...this.#data(data),
      plugin: this.#options.plugin,
    })
  }

  [Symbol.dispose](): void {
    if (this.#dropped === 0) return
    const { logger, plugin } = this.#options
    logger.warn('A plugin logged more than is kept', { plugin, dropped: this.#dropped })
  }

  #data(data: unknown): LogData {
    const budget = { members: maxDataMembers }
    const plain = this.#plain(data, 0, budget)
    return typeof plain === 'object' && plain !== null && !Array.isArray(plain) ? { ...plain } : {}
  }

  #plain(value: unknown, depth: number, budget: { members: number }): unknown {
    budget.members -= 1
    if (budget.members < 0 || depth > maxDataDepth) return '…'
    if (typeof value === 'string') return this.#harmless(value)
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value))
      return value.slice(0, maxDataMembers).map((item) => this.#plain(item, depth + 1, budget))
    return Object.fromEntries(
      Object.entries(value)
        .slice(0, maxDataMembers)
        .map(([key, member]) => [neutralText(key, 100), this.#plain(member, depth + 1, budget)]),
    )
  }

  #harmless(text: string): string {
    return neutralText(this.#options.conceal(text.slice(0, maxMessageLength * 8)), maxMessageLength)
  }
}
