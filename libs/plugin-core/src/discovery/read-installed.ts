import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { factsOf, peekManifest, type ManifestFacts } from '@mb/manifest/peek'

/** A version of an installed plugin, as far as it is shown. */
export interface InstalledVersion {
  readonly id: string
  /** Whether it is the one that is run. */
  readonly isActive: boolean
  readonly directory: string
  readonly facts: ManifestFacts
}

/**
 * What is installed in a home, read without the schema: a thousand plugins in milliseconds.
 *
 * @throws PluginError `MB_STATE_BROKEN`
 */
export async function readInstalled(home: string): Promise<readonly InstalledVersion[]> {
  const state = join(home, 'state.db')
  if (!existsSync(state)) return []
  return (await readRows(state, home)) ?? (await readState(home))
}

const query = `SELECT v.plugin AS id, v.version = p.version AS active, p.link AS link, v.version AS version, v.manifest AS manifest
  FROM versions v JOIN plugins p ON p.id = v.plugin`

/** Undefined for what is not of the present form, cannot be opened for reading alone, or holds what a glance does not tell. */
async function readRows(
  state: string,
  home: string,
): Promise<readonly InstalledVersion[] | undefined> {
  const { DatabaseSync } = await import('node:sqlite')
  try {
    using database = new DatabaseSync(state, { readOnly: true, timeout: 5000 })
    const versions: InstalledVersion[] = []
    for (const { id, active, link, version, manifest } of database.prepare(query).iterate()) {
      if (typeof id !== 'string' || typeof version !== 'string' || typeof manifest !== 'string')
        return undefined
      const facts = peekManifest(manifest, 'json')
      if (facts === undefined || facts.version !== version || !isId(id)) return undefined
      const isActive = active === 1
      const directory =
        isActive && typeof link === 'string' ? link : join(home, 'plugins', id, version)
      versions.push({ id, isActive, directory, facts })
    }
    return versions
  } catch {
    return undefined
  }
}

function isId(id: string): boolean {
  return /^[a-z][a-z0-9-]{0,63}\/[a-z][a-z0-9-]{0,63}$/.test(id)
}

/** The whole way, with all that it loads; what is wrong is told there. */
async function readState(home: string): Promise<readonly InstalledVersion[]> {
  const { homeLayout } = await import('../store/home-layout.ts')
  const { directoryOf } = await import('../store/plugin-record.ts')
  const { readState: read } = await import('../store/state.ts')
  const layout = homeLayout(home)
  return read(layout).plugins.flatMap((record) =>
    record.versions.map(({ version, manifest }) => {
      const isActive = version === record.manifest.version
      const directory = isActive ? directoryOf(record, layout) : layout.package(record.id, version)
      return { id: record.id, isActive, directory, facts: factsOf(manifest) }
    }),
  )
}
