import type { Connection } from './connection.ts'
import type { CheckedRepository } from './repository/repository.ts'
import type { KnownKeys } from './trust/known-keys.ts'

/** A marketplace with all that is kept of it. */
export interface Site {
  readonly name: string
  readonly repository: CheckedRepository
  readonly connection: Connection
  readonly knownKeys: KnownKeys
}
