import type { PluginRecord } from '../store/plugin-record.ts'
import type { Candidate } from './judge-package.ts'
import type { RemotePackage } from './package-repository.ts'

/** A verified package in a folder of its own. */
export interface StagedPackage extends Candidate {
  readonly directory: string
  /** Where it came from, for people. */
  readonly source: string
  /** Whether somebody asked for it, or another plugin needs it. @default 'person' */
  readonly wantedBy?: PluginRecord['wantedBy']
  /** The plugin that needs it, where nobody asked for it. */
  readonly neededBy?: string
  /** What is unusual about where it came from, one sentence each. */
  readonly warnings?: readonly string[]
  /** What is set of it beside its files, when it is not installed yet. */
  readonly set?: Pick<PluginRecord, 'enabled' | 'updates'>
  /** What a repository said of it, when it came from one. */
  readonly promised?: Pick<RemotePackage, 'repository' | 'isKeyKnown'>
}
