import type { Permissions } from '@mb/manifest'

/** Ranges of plugins, by id or name. */
export type Ranges = Readonly<Record<string, string>>

/** Which version of each plugin a project has, down to the last byte. It pins; it grants and trusts nothing. */
export interface Lockfile {
  /** What each folder of the project requires, by its path from the lockfile's: `.`, `packages/site`. */
  readonly sets: Readonly<Record<string, Ranges>>
  /** By id. */
  readonly plugins: Readonly<Record<string, LockedPlugin>>
}

/** A plugin of a lockfile. */
export interface LockedPlugin {
  readonly version: string
  /** Name of the marketplace; absent for what is of this machine. */
  readonly repository?: string
  /** Digest of the package's tree, in hex. */
  readonly digest: string
  /** The key that signed it; absent for nobody. */
  readonly keyId?: string
  /** All that there are, when there is one for each of several platforms: by the platforms, as `linux-x64 linux-arm64`. */
  readonly artefacts?: Readonly<Record<string, { readonly digest: string; readonly keyId: string }>>
  /** What it asks for. */
  readonly permissions: Permissions
  /** What it can make use of. */
  readonly optionalPermissions: Permissions
  /** Of both. */
  readonly permissionsHash: string
  /** The plugins that it needs. */
  readonly plugins: Ranges
  /** The plugins that it can make use of. */
  readonly optionalPlugins: Ranges
}

/** Name of the file, which lies at the root of a project. */
export const lockfileName = 'milkbottle.lock'
