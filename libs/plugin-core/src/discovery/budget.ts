/** How much of a place is looked at: a stranger may have filled it. */
export interface DiscoveryLimits {
  /** Names in its folders. @default 50_000 */
  readonly maxEntries: number
  /** @default 5000 */
  readonly maxPlugins: number
  /** What is unpacked of all archives to find the manifests in them. @default 256 MB */
  readonly maxUnpackedBytes: number
}

/** The bounds that hold when none are given. */
export const discoveryLimits: DiscoveryLimits = {
  maxEntries: 50_000,
  maxPlugins: 5000,
  maxUnpackedBytes: 256 * 1024 * 1024,
}

/** What is left to be looked at in one place. */
export class Budget {
  #entries: number
  #plugins: number

  constructor({ maxEntries, maxPlugins }: DiscoveryLimits) {
    this.#entries = maxEntries
    this.#plugins = maxPlugins
  }

  /** Whether the place goes on past what may be looked at. */
  get isSpent(): boolean {
    return this.#entries < 0 || this.#plugins < 0
  }

  takeEntry(): void {
    this.#entries -= 1
  }

  takePlugin(): void {
    this.#plugins -= 1
  }
}

// The next archive may hold what the person looks for: so much of it is unpacked whatever was before.
const leastUnpackedBytes = 256 * 1024
const mostUnpackedBytes = 64 * 1024 * 1024

/** What is left to be unpacked, of all archives together. */
export class UnpackingBudget {
  #bytes: number

  constructor({ maxUnpackedBytes }: DiscoveryLimits) {
    this.#bytes = maxUnpackedBytes
  }

  /** How much of the next archive may be unpacked. */
  get next(): number {
    return Math.max(leastUnpackedBytes, Math.min(mostUnpackedBytes, this.#bytes))
  }

  take(bytes: number): void {
    this.#bytes -= bytes
  }
}
