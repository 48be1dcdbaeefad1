import type { Manifest } from '@mb/manifest'
import type { UpdatePolicy } from '../configuration/plugin-settings.ts'
import type { HomeLayout } from './home-layout.ts'
import type { InstalledPlugin } from './installed-plugin.ts'
import { newestFirst } from './newest-first.ts'

/** One version of a plugin whose files are kept. */
export interface PluginVersion {
  readonly version: string
  /** Of the digest tree that was verified. */
  readonly digest: string
  /** Who signed it; undefined for nobody. */
  readonly keyId: string | undefined
  /** When its files came; ISO 8601, UTC. */
  readonly installedAt: string
  readonly source: string
  readonly manifest: Manifest
}

/** An update that waits. */
export interface HeldUpdate {
  readonly version: string
  /** Why, in words for a person. */
  readonly reason: string
  /** Since when; ISO 8601, UTC. */
  readonly at: string
}

/** What the state remembers of an installed plugin. What it says of a version is said of the active one. */
export interface PluginRecord extends Omit<PluginVersion, 'version'> {
  readonly id: string
  readonly enabled: boolean
  /** The word of each command. */
  readonly words: Readonly<Record<string, string>>
  /** All versions that are kept, the newest number first; the active one is among them. */
  readonly versions: readonly PluginVersion[]
  /** Whether somebody asked for it, or it came because another plugin needs it. */
  readonly wantedBy: 'person' | 'plugin'
  /** The folder of a plugin under development, which is run in place. */
  readonly link?: string
  /** Its own policy, where it is not to be that of the settings. */
  readonly updates?: UpdatePolicy
  readonly held?: HeldUpdate
}

/** The folder that the files of a plugin's active version are in. */
export function directoryOf({ id, link, manifest }: PluginRecord, layout: HomeLayout): string {
  return link ?? layout.package(id, manifest.version)
}

/** A record whose active version is another: one of its own, or one that is new. */
export function withActive(record: PluginRecord, active: PluginVersion): PluginRecord {
  const { version, ...facts } = active
  const others = record.versions.filter((each) => each.version !== version)
  return { ...record, ...facts, versions: newestFirst([active, ...others]) }
}

/** A record as the outside sees it. */
export function installedPlugin(record: PluginRecord, layout: HomeLayout): InstalledPlugin {
  const { manifest, keyId, link, updates, held } = record
  return {
    id: record.id,
    namespace: record.id.slice(0, record.id.indexOf('/')),
    name: manifest.name,
    version: manifest.version,
    type: manifest.type,
    description: manifest.description,
    author: manifest.author,
    ...(manifest.license === undefined ? {} : { license: manifest.license }),
    enabled: record.enabled,
    signature: keyId === undefined ? { status: 'unsigned' } : { status: 'signed', keyId },
    digest: record.digest,
    installedAt: record.installedAt,
    directory: directoryOf(record, layout),
    commands: manifest.commands.map((command) => ({
      ...command,
      word: record.words[command.name] ?? command.name,
    })),
    permissions: manifest.permissions,
    optionalPermissions: manifest.optionalPermissions,
    source: record.source,
    versions: record.versions.map(({ version }) => version),
    wantedBy: record.wantedBy,
    ...(link === undefined ? {} : { link }),
    ...(updates === undefined ? {} : { updates }),
    ...(held === undefined ? {} : { held }),
  }
}
