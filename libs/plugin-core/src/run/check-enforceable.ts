import type { Manifest, Permissions } from '@mb/manifest'
import { PluginError } from '../plugin-error.ts'
import { runtimes } from './plugin-program.ts'

/**
 * Refuses a plugin that was granted what this host cannot hold it to: it is run with what the person agreed to, or not
 * at all.
 *
 * @throws PluginError `MB_PERMISSION_UNSUPPORTED`, `MB_PLUGIN_RUNTIME`
 */
export function checkEnforceable(id: string, manifest: Manifest, permissions: Permissions): void {
  const obstacle = whyNotEnforceable(manifest, permissions)
  if (obstacle === undefined) return
  if (!runtimes.includes(manifest.runtime)) {
    throw new PluginError('MB_PLUGIN_RUNTIME', `Cannot run plugin "${id}": ${obstacle}`, {
      hint: 'Update MilkBottle when it can, or use a plugin in JavaScript or Python',
    })
  }
  const kinds = unsupported(permissions)
  throw new PluginError(
    'MB_PERMISSION_UNSUPPORTED',
    `Cannot run plugin "${id}": it was granted ${obstacle}`,
    {
      hint: 'Use a version of the plugin that does not ask for it',
      details: { plugin: id, kinds },
    },
  )
}

/** What keeps this host from running a plugin with these permissions; undefined when nothing does. */
export function whyNotEnforceable(
  { runtime }: Pick<Manifest, 'runtime'>,
  permissions: Permissions,
): string | undefined {
  if (!runtimes.includes(runtime)) {
    const known = runtimes.map((name) => `"${name}"`).join(' and ')
    return `it needs the runtime "${runtime}", this version has ${known}`
  }
  const kinds = unsupported(permissions)
  return kinds.length === 0
    ? undefined
    : `${kinds.join(', ')}, which this version cannot enforce yet`
}

function unsupported(permissions: Permissions): readonly string[] {
  const { exec, secrets } = permissions
  return [
    ...(exec.length > 0 ? ['exec'] : []),
    ...(secrets.length > 0 ? ['secrets'] : []),
    ...(permissions['http.serve'] ? ['http.serve'] : []),
    ...(permissions['net.unix'].length > 0 ? ['net.unix'] : []),
    ...(permissions['system.metrics'] ? ['system.metrics'] : []),
  ]
}
