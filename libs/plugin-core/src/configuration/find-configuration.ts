import { lstatSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { PluginError } from '../plugin-error.ts'

const endings = ['yaml', 'yml', 'json', 'toml']

/**
 * The configuration file of a folder.
 *
 * @throws PluginError `MB_CONFIG_AMBIGUOUS` when there are two
 */
export function findIn(directory: string, name: string): string | undefined {
  const paths = endings.map((ending) => join(directory, `${name}.${ending}`))
  const found = paths.filter(isThere)
  const [first, second] = found
  if (first === undefined || second === undefined) return first
  throw new PluginError(
    'MB_CONFIG_AMBIGUOUS',
    `Cannot choose a configuration in "${directory}": there are ${found.map((path) => basename(path)).join(' and ')}`,
    { hint: 'Keep one of them', details: { files: found } },
  )
}

/** The configuration file of the nearest folder upwards that has one. */
export function findUpwards(directory: string, name: string): string | undefined {
  for (let folder = resolve(directory); ; folder = dirname(folder)) {
    const found = findIn(folder, name)
    if (found !== undefined || folder === dirname(folder)) return found
  }
}

/** At once: there are a dozen to look for before most commands, and another thread would take ten times as long. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === false
  } catch {
    return false
  }
}
