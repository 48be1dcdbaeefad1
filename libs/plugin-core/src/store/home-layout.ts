import { join } from 'node:path'
import { parsePluginId } from '@mb/manifest'

/** Where everything lies in a home folder. */
export interface HomeLayout {
  readonly home: string
  readonly plugins: string
  /** Half-made things, on the same file system as `plugins`, so that one rename makes them real. */
  readonly staging: string
  readonly journal: string
  readonly state: string
  readonly grants: string
  readonly index: string
  /** The key-value store of all plugins. */
  readonly kv: string
  /** How often and how well each plugin ran. */
  readonly usage: string
  readonly logs: string
  readonly audit: string
  /** The folder of one version. */
  package(id: string, version: string): string
  /** `${data}` of a plugin. */
  dataOf(id: string): string
  /** What a plugin kept when a version of it ceased to be the active one; without a version, all of that. */
  backupOf(id: string, version?: string): string
}

/** The layout of a home folder. Nothing is read or made by asking. */
export function homeLayout(home: string): HomeLayout {
  const plugins = join(home, 'plugins')
  return {
    home,
    plugins,
    staging: join(plugins, '.staging'),
    journal: join(home, 'journal'),
    state: join(home, 'state.db'),
    grants: join(home, 'grants.json'),
    index: join(home, 'commands.index'),
    kv: join(home, 'kv.db'),
    usage: join(home, 'usage.db'),
    logs: join(home, 'logs'),
    audit: join(home, 'logs', 'audit.jsonl'),
    package(id, version) {
      const { namespace, name } = parsePluginId(id)
      return join(plugins, namespace, name, version)
    },
    dataOf(id) {
      const { namespace, name } = parsePluginId(id)
      return join(home, 'data', namespace, name)
    },
    backupOf(id, version = '') {
      const { namespace, name } = parsePluginId(id)
      return join(home, 'backups', namespace, name, version)
    },
  }
}
