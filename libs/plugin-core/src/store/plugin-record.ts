import type { Manifest } from '@mb/manifest'
import type { HomeLayout } from './home-layout.ts'
import type { InstalledPlugin } from './installed-plugin.ts'

/** What the state remembers of an installed plugin. */
export interface PluginRecord {
  readonly id: string
  readonly enabled: boolean
  /** Of the digest tree that was verified. */
  readonly digest: string
  /** Who signed it; undefined for nobody. */
  readonly keyId: string | undefined
  readonly installedAt: string
  readonly source: string
  /** The word of each command. */
  readonly words: Readonly<Record<string, string>>
  readonly manifest: Manifest
}

/** A record as the outside sees it. */
export function installedPlugin(record: PluginRecord, layout: HomeLayout): InstalledPlugin {
  const { manifest, keyId } = record
  return {
    id: record.id,
    namespace: record.id.slice(0, record.id.indexOf('/')),
    name: manifest.name,
    version: manifest.version,
    description: manifest.description,
    author: manifest.author,
    ...(manifest.license === undefined ? {} : { license: manifest.license }),
    enabled: record.enabled,
    signature: keyId === undefined ? { status: 'unsigned' } : { status: 'signed', keyId },
    digest: record.digest,
    installedAt: record.installedAt,
    directory: layout.package(record.id, manifest.version),
    commands: manifest.commands.map((command) => ({
      ...command,
      word: record.words[command.name] ?? command.name,
    })),
    permissions: manifest.permissions,
    source: record.source,
  }
}
