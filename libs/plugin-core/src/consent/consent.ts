import type { PackageFacts, PermissionDescription } from '@mb/manifest'
import type { ScanFinding } from '../install/scan.ts'

/** Who signed a package, and whether that key was there before. */
export type ConsentSignature = PackageFacts['signature'] & {
  /** Whether this key was pinned by an earlier install of the same plugin, or required by the caller. */
  readonly known: boolean
}

/** What a person is asked before a plugin gets anything. */
export interface ConsentRequest {
  readonly id: string
  readonly version: string
  /** The version that is installed now, when there is one. */
  readonly replaces?: string | undefined
  /** One harmless line of the author's text; so is `author`. */
  readonly description: string
  readonly author: string
  readonly signature: ConsentSignature
  /** All that the plugin will be able to do. */
  readonly permissions: readonly PermissionDescription[]
  /** What of it goes beyond the present grant; all of it at first. */
  readonly added: readonly PermissionDescription[]
  /** Digest of the package's tree, in hex: exactly this content is asked about. */
  readonly digest: string
  /** Hash of all that it asks for. */
  readonly permissionsHash: string
  /** Name of the repository that it comes from; absent for a folder or an archive. */
  readonly repository?: string | undefined
  /** What the scan of its code found, harmless to print. */
  readonly findings: readonly ScanFinding[]
  /** What is unusual about this package, one sentence each. */
  readonly warnings: readonly string[]
}

/** Asks a person. What is not answered with true is not granted; a host without it grants nothing. */
export type Consent = (request: ConsentRequest) => Promise<boolean>
