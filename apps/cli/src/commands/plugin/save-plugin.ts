import {
  requirePlugin,
  type InstalledPlugin,
  type PackageRepository,
  type PluginHost,
} from '@mb/plugin-core'
import type { Context } from '../../context.ts'
import { text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'

/** Requires a plugin that was installed in the settings of the project, and pins it, when the person wants that. */
export async function savePlugin(
  { id, version }: Pick<InstalledPlugin, 'id' | 'version'>,
  {
    host,
    repository,
    invocation,
    context,
    range = `^${version}`,
  }: {
    readonly host: PluginHost
    readonly repository: PackageRepository
    readonly invocation: Invocation
    readonly context: Context
    readonly range?: string | undefined
  },
): Promise<void> {
  if (!invocation.has('save')) return
  await requirePlugin(context.workspace, { id, range })
  const { path } = await host.lockProject({ repository, signal: context.signal })
  const { aside } = context
  aside.line(
    text`${aside.style.faint('+')} ${aside.style.strong(id)} ${range} is required, and pinned in ${path}`,
  )
}
