import { tmpdir } from 'node:os'
import type { PluginContext } from '@mb/plugin-core/plugin'

/** What the host would hand to the plugin, in memory. */
export function createContext(): PluginContext {
  const values = new Map<string, unknown>()
  return {
    plugin: { id: 'local/hello-world', version: '1.0.0' },
    config: {},
    host: { version: '1.0.0' },
    environment: 'production',
    workspace: process.cwd(),
    data: process.cwd(),
    temporary: tmpdir(),
    signal: new AbortController().signal,
    kv: {
      get: async (key) => values.get(key),
      set: async (key, value) => void values.set(key, value),
      delete: async (key) => values.delete(key),
      list: async (prefix = '') => [...values.keys()].filter((key) => key.startsWith(prefix)),
    },
    log: { debug() {}, info() {}, warn() {}, error() {} },
    progress() {},
  }
}
