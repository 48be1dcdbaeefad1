import type { PackageFacts, PermissionDescription, PluginType } from '@mb/manifest'
import type { ScanFinding } from '../install/scan.ts'

/** Who signed a package, and whether that key was there before. */
export type ConsentSignature = PackageFacts['signature'] & {
  /** Whether this key was pinned by an earlier install of the same plugin, or required by the caller. */
  readonly known: boolean
  /** Id of the other key that earlier versions were signed with. */
  readonly replaces?: string
}

/** A permission that a plugin can do without. */
export interface OptionalPermission extends PermissionDescription {
  /** What a person types to choose it, as `net:api.acme.example`. */
  readonly name: string
  /** Whether a yes grants it: it was granted before, or was named by whoever asks for this consent. */
  readonly isChosen: boolean
}

/** Another plugin that a plugin depends on. */
export interface NeededPlugin {
  readonly plugin: string
  /** A semver range. */
  readonly range: string
  readonly isOptional: boolean
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
  /** Where it comes from: a path, an address or a marketplace. */
  readonly source: string
  /** Name of the repository that it comes from; absent for a folder or an archive. */
  readonly repository?: string | undefined
  /** What the plugin is, as `formatter`. */
  readonly type: PluginType
  /** What it can do by its type, with what the person names for a run. */
  readonly byType: readonly PermissionDescription[]
  /** All that the plugin needs, and will be able to do. */
  readonly permissions: readonly PermissionDescription[]
  /** What it can make use of, and is not given unless it is chosen. */
  readonly optional: readonly OptionalPermission[]
  /** What of the permissions goes beyond the present grant; all of it at first. */
  readonly added: readonly PermissionDescription[]
  /** What of the added ones takes the place of something narrower that is granted. */
  readonly wider: readonly PermissionDescription[]
  /** What is granted, and is not asked for any more. */
  readonly removed: readonly PermissionDescription[]
  /** Other plugins that it depends on. */
  readonly needs: readonly NeededPlugin[]
  /** The plugin that needs this one, where nobody asked for it by name. */
  readonly neededBy?: string | undefined
  /** The versions that a yes is good for. */
  readonly range: string
  /** Why somebody is asked though there is a grant, one sentence each. */
  readonly reasons: readonly string[]
  /** Digest of the package's tree, in hex: exactly this content is asked about. */
  readonly digest: string
  /** Hash of all that it asks for, what is optional too. */
  readonly permissionsHash: string
  /** Whether its code was scanned for this question. */
  readonly isScanned: boolean
  /** What the scan of its code found, harmless to print. */
  readonly findings: readonly ScanFinding[]
  /** What is unusual about this package, one sentence each. */
  readonly warnings: readonly string[]
}

/** A yes that also chooses what is optional. */
export interface ConsentAnswer {
  readonly isGranted: true
  /** Names of the optional permissions that are granted too. */
  readonly optional: readonly string[]
}

/**
 * Asks a person. Nothing is granted unless the answer is true, or one with `isGranted` true; a host without it grants
 * nothing.
 */
export type Consent = (request: ConsentRequest) => Promise<boolean | ConsentAnswer>
