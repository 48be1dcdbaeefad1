import type { CommandDeclaration, Permissions, PluginType } from '@mb/manifest'
import type { UpdatePolicy } from '../configuration/plugin-settings.ts'
import type { HeldUpdate, PluginRecord } from './plugin-record.ts'

/** A command of an installed plugin, under the word that runs it. */
export interface InstalledCommand extends CommandDeclaration {
  /** What a person types after `mb`; the command's own name, unless that was taken. */
  readonly word: string
}

/** One installed plugin. */
export interface InstalledPlugin {
  /** `namespace/name`. */
  readonly id: string
  readonly namespace: string
  readonly name: string
  readonly version: string
  readonly type: PluginType
  readonly description: string
  readonly author: string
  readonly license?: string
  readonly enabled: boolean
  readonly signature:
    | { readonly status: 'unsigned' }
    | { readonly status: 'signed'; readonly keyId: string }
  /** Of the digest tree of its files. */
  readonly digest: string
  /** ISO 8601, UTC. */
  readonly installedAt: string
  /** The folder of its files. */
  readonly directory: string
  readonly commands: readonly InstalledCommand[]
  /** What its manifest asks for; what it may do is that and its grant, see `grants()`. */
  readonly permissions: Permissions
  /** What it could make use of. */
  readonly optionalPermissions: Permissions
  /** The folder or archive that it came from. */
  readonly source: string
  /** All versions that are kept, the newest number first. */
  readonly versions: readonly string[]
  /** Whether somebody asked for it, or it came because another plugin needs it. */
  readonly wantedBy: PluginRecord['wantedBy']
  /** The folder of a plugin under development, which is run in place. */
  readonly link?: string
  /** Its own update policy, where it has one. */
  readonly updates?: UpdatePolicy
  /** An update that waits. */
  readonly held?: HeldUpdate
}
