import { inspectBackends } from '@mb/sandbox'
import { openKeyStore } from '@mb/sdk'
import type { Context } from '../context.ts'
import type { Output } from '../output/output.ts'
import type { Invocation } from '../parse/invocation.ts'
import { readVersion } from '../version.ts'
import { openHost } from './plugin/host.ts'

/** How things stand. */
interface Status {
  readonly version: string
  readonly home: string
  readonly plugins: {
    readonly installed: number
    readonly enabled: number
    readonly unsigned: number
  }
  readonly keys: number
  readonly sandbox: { readonly backend: string | null; readonly level: string | null }
}

/** Looks at home, plugins, keys and sandbox; changes nothing. */
export async function run(_invocation: Invocation, context: Context): Promise<Status> {
  await using host = await openHost(context)
  const plugins = host.list()
  const [keys, backends] = await Promise.all([openKeyStore(context.home).list(), inspectBackends()])
  const strongest = backends.find((backend) => backend.usable)
  return {
    version: readVersion(),
    home: context.home,
    plugins: {
      installed: plugins.length,
      enabled: plugins.filter((plugin) => plugin.enabled).length,
      unsigned: plugins.filter((plugin) => plugin.signature.status === 'unsigned').length,
    },
    keys: keys.length,
    sandbox: { backend: strongest?.backend ?? null, level: strongest?.level ?? null },
  }
}

/** Shows it on a few lines. */
export function render({ version, home, plugins, keys, sandbox }: Status, output: Output): void {
  const { style } = output
  output.facts([
    ['mb', version],
    ['home', home],
    [
      'plugins',
      `${plugins.installed} installed, ${plugins.enabled} enabled, ${plugins.unsigned} unsigned`,
    ],
    ['keys', keys === 0 ? 'none' : `${keys}`],
    [
      'sandbox',
      sandbox.backend === null
        ? style.bad('none: `mb sandbox doctor` says what to install')
        : style.good(`${sandbox.backend} (${sandbox.level ?? ''})`),
    ],
  ])
}
