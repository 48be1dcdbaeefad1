import type { Clock, Logger } from '@mb/kernel'
import type { BlobStore } from '../blobs/blob-store.ts'
import type { Publisher } from '../ingest/publisher.ts'
import type { RateLimiter } from '../rate-limit.ts'
import type { Store } from '../store/store.ts'

/** What the routes of one marketplace share. */
export interface Service {
  /** What people call it. */
  readonly name: string
  /** Where it is reached, such as `http://127.0.0.1:4873`; known once it listens. */
  readonly origin: () => string
  readonly store: Store
  readonly blobs: BlobStore
  readonly publisher: Publisher
  readonly maxPackageBytes: number
  /** For what changes something, by account. */
  readonly writes: RateLimiter
  /** For tokens that were wrong, by address. */
  readonly guesses: RateLimiter
  readonly clock: Clock
  readonly logger: Logger
  /** Ends with the server. */
  readonly signal: AbortSignal
}
