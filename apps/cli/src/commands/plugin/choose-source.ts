import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseSource, PluginError, type PluginSource } from '@mb/plugin-core'
import type { Context } from '../../context.ts'
import { readSettings } from '../marketplace/settings.ts'

/**
 * Where a person wants a plugin from. A name that only a folder here has is the folder's, and one that only a marketplace can have is
 * looked for there. Where it could be both nothing is guessed: in a stranger's project a folder may bear the name of a known plugin.
 *
 * @throws PluginError `MB_SOURCE_INVALID`, `MB_SOURCE_AMBIGUOUS`
 */
export async function chooseSource(
  text: string,
  context: Context,
): Promise<Exclude<PluginSource, { kind: 'name' }>> {
  const source = parseSource(text)
  if (source.kind !== 'name') return source
  const { enabled, repositories } = await readSettings(context)
  const hasMarketplace = enabled && repositories.length > 0
  const isHere = existsSync(resolve(context.workspace, source.path))
  if (!isHere && hasMarketplace) return { kind: 'marketplace', spec: source.spec }
  if (!isHere || !hasMarketplace) return { kind: 'path', path: source.path }
  throw new PluginError(
    'MB_SOURCE_AMBIGUOUS',
    `Cannot tell which "${source.path}" is meant: there is one in this folder, and a marketplace may have a plugin of that name`,
    { hint: `Write ./${source.path} for the folder, or marketplace:${source.spec} for the plugin` },
  )
}
