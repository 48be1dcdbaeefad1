import type { Finding } from './discovered-plugin.ts'

/** Something that is to be a plugin, by its place and its name. Nothing of it was read. */
export interface Candidate extends Finding {
  /** The file that says what it is: a manifest, or an archive that holds one. */
  readonly file: string
  /** What tells that this file is still the one that it was. */
  readonly stamp: string
}
