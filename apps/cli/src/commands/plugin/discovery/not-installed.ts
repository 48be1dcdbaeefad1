import { errorCode } from '@mb/kernel'
import { PluginError } from '@mb/plugin-core'
import { findFoundPlugin, type DiscoveredPlugin } from '@mb/plugin-core/discovery'
import type { Context } from '../../../context.ts'
import { shellWord } from '../../../output/shell-word.ts'
import { discoveryContext } from './discovery-context.ts'

/** The plugin that somebody means who names one that is not installed, where one of that name lies here. */
export async function findMeant(
  error: unknown,
  name: string,
  context: Context,
): Promise<DiscoveredPlugin | undefined> {
  if (errorCode(error) !== 'MB_PLUGIN_NOT_FOUND') return undefined
  return await findFoundPlugin(name, await discoveryContext(context), context)
}

/** The error of naming a plugin that lies here and is not installed. */
export function notInstalled({ id, version, path }: DiscoveredPlugin): PluginError {
  return new PluginError(
    'MB_PLUGIN_NOT_FOUND',
    `Cannot use plugin "${id}": it is not installed, and ${version} was found in ${JSON.stringify(path)}`,
    { hint: `Install it with mb plugin install ${shellWord(path)}` },
  )
}
