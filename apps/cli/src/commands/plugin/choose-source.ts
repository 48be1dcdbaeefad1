import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseSource, PluginError, type PluginSource } from '@mb/plugin-core'
import { findFoundPlugin } from '@mb/plugin-core/discovery'
import type { Context } from '../../context.ts'
import { shellWord } from '../../output/shell-word.ts'
import { readSettings } from '../marketplace/settings.ts'
import { discoveryContext } from './discovery/discovery-context.ts'

/**
 * Where a person wants a plugin from. A name that only a folder here has, or a plugin that was found here, is that one's, and one that
 * only a marketplace can have is looked for there. Where it could be both nothing is guessed: in a stranger's project a folder may bear the name of a known plugin.
 *
 * @throws PluginError `MB_SOURCE_INVALID`, `MB_SOURCE_AMBIGUOUS`, `MB_PLUGIN_SOURCE_MISSING`
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
  if (isHere && !hasMarketplace) return { kind: 'path', path: source.path }
  if (isHere) throw ambiguous(source, 'there is one in this folder', `./${source.path}`)
  const found = await findFoundPlugin(source.spec, await discoveryContext(context), context)
  const isOnlyHere = !hasMarketplace || source.spec.startsWith('local/')
  if (found === undefined && hasMarketplace) return { kind: 'marketplace', spec: source.spec }
  if (found === undefined) throw nowhere(source.path)
  if (isOnlyHere) return { kind: 'path', path: found.path }
  throw ambiguous(source, `one was found in "${found.path}"`, shellWord(found.path))
}

function nowhere(name: string): PluginError {
  return new PluginError(
    'MB_PLUGIN_SOURCE_MISSING',
    `Cannot install "${name}": nothing of that name is here, and no marketplace is set up`,
    {
      hint: 'Name the folder or the archive of a plugin; or set up a marketplace with `mb marketplace repositories add`',
    },
  )
}

function ambiguous(
  { path, spec }: Extract<PluginSource, { kind: 'name' }>,
  other: string,
  way: string,
): PluginError {
  return new PluginError(
    'MB_SOURCE_AMBIGUOUS',
    `Cannot tell which "${path}" is meant: ${other}, and a marketplace may have a plugin of that name`,
    { hint: `Write ${way} for that one, or marketplace:${spec} for the plugin there` },
  )
}
