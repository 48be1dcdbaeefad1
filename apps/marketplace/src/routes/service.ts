import type { Clock, Logger } from '@mb/kernel'
import type { Context } from 'hono'
import type { BlobStore } from '../blobs/blob-store.ts'
import type { Intake } from '../ingest/intake.ts'
import type { Publisher } from '../ingest/publisher.ts'
import type { Queue } from '../ingest/queue.ts'
import type { Scan } from '../ingest/scan.ts'
import type { RateLimiter } from '../rate-limit.ts'
import type { Store } from '../store/store.ts'

/** What the routes of one marketplace share. */
export interface Service {
  /** What people call it. */
  readonly name: string
  /** Of this program. */
  readonly version: string
  /** Where it is reached, such as `http://127.0.0.1:4873`, the first one foremost; known once it listens. */
  readonly origins: () => readonly string[]
  readonly store: Store
  readonly blobs: BlobStore
  readonly publisher: Publisher
  readonly intake: Intake
  /** What is judged, takes its turn in it. */
  readonly queue: Queue
  readonly scan: Scan
  /** Folder for packages while they are looked at. */
  readonly staging: string
  readonly maxPackageBytes: number
  /** For what changes something, by account. */
  readonly writes: RateLimiter
  /** For tokens that were wrong, by address. */
  readonly guesses: RateLimiter
  /** Where a request came from. */
  readonly addressOf: (context: Context) => string
  readonly clock: Clock
  readonly logger: Logger
  /** Ends with the server. */
  readonly signal: AbortSignal
}
