import type { Manifest, Permissions } from '@mb/manifest'
import { PluginError } from '../plugin-error.ts'

/**
 * Refuses a plugin that was granted what this host cannot hold it to: it is run with what the person agreed to, or not
 * at all.
 *
 * @throws PluginError `MB_PERMISSION_UNSUPPORTED`, `MB_PLUGIN_RUNTIME`
 */
export function checkEnforceable(id: string, manifest: Manifest, permissions: Permissions): void {
  if (manifest.runtime !== 'node') {
    throw new PluginError(
      'MB_PLUGIN_RUNTIME',
      `Cannot run plugin "${id}": it needs the runtime "${manifest.runtime}", this version has "node"`,
      { hint: 'Update MilkBottle when it can, or use a plugin in JavaScript' },
    )
  }
  const kinds = unsupported(permissions)
  if (kinds.length === 0) return
  throw new PluginError(
    'MB_PERMISSION_UNSUPPORTED',
    `Cannot run plugin "${id}": it was granted ${kinds.join(', ')}, which this version cannot enforce yet`,
    {
      hint: 'Use a version of the plugin that does not ask for it',
      details: { plugin: id, kinds },
    },
  )
}

function unsupported(permissions: Permissions): readonly string[] {
  const { net, exec, secrets } = permissions
  return [
    ...(net.length > 0 ? ['net'] : []),
    ...(exec.length > 0 ? ['exec'] : []),
    ...(secrets.length > 0 ? ['secrets'] : []),
    ...(permissions['http.serve'] ? ['http.serve'] : []),
    ...(permissions['net.unix'].length > 0 ? ['net.unix'] : []),
    ...(permissions['system.metrics'] ? ['system.metrics'] : []),
  ]
}
