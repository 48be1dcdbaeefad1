import type { ManifestFacts } from '@mb/manifest/peek'

/** Which kind of place something was found in, in the order in which the first wins among equals. */
export type PlaceKind =
  | 'installed'
  | 'project'
  | 'search-path'
  | 'system'
  | 'node-modules'
  | 'remote'

/** What a plugin was found as: a folder, an archive, an installed npm package, or the offer of a marketplace. */
export type FoundForm = 'folder' | 'archive' | 'package' | 'offer'

/** One thing that is wrong, or worth knowing. */
export interface DiscoveryProblem {
  readonly severity: 'error' | 'warning'
  /** A stable id: that of a finding, as `unknown-key`, or of an error, as `MB_ARCHIVE_FORM`. */
  readonly code: string
  readonly message: string
  /** From 1; in the manifest. */
  readonly line?: number
  /** From 1; in the manifest. */
  readonly column?: number
  readonly hint?: string
}

/** Where something was found. */
export interface Finding {
  readonly place: PlaceKind
  /** The folder, the archive, or the name of the marketplace. */
  readonly path: string
  readonly form: FoundForm
}

/**
 * A plugin that was found. What is not installed is shown and never run from where it lies: its text is a stranger's,
 * made harmless to print.
 */
export interface DiscoveredPlugin extends Finding, Omit<ManifestFacts, 'name'> {
  /** `namespace/name`; the namespace is `local` for what is neither installed nor offered by a marketplace. */
  readonly id: string
  readonly name: string
  /** Whether it is the one that its id stands for, among those that were found of that id. */
  readonly status: 'chosen' | 'shadowed'
  /** Why it is that, in words. */
  readonly why: string
  /** Warnings. */
  readonly problems: readonly DiscoveryProblem[]
}

/** Something that looks like a plugin and is none. */
export interface BrokenPlugin extends Finding {
  /** At least one of them an error. */
  readonly problems: readonly DiscoveryProblem[]
}

/** What was found. */
export interface Discovery {
  /** In order of their ids; of one id, the chosen one first. */
  readonly plugins: readonly DiscoveredPlugin[]
  /** In order of their paths. */
  readonly broken: readonly BrokenPlugin[]
  /** Places that could not be looked through, or not to their end. */
  readonly notes: readonly DiscoveryProblem[]
}
