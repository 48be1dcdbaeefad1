import { lstat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { PluginError } from '../plugin-error.ts'

const endings = ['yaml', 'yml', 'json', 'toml']

/**
 * The configuration file of a folder.
 *
 * @throws PluginError `MB_CONFIG_AMBIGUOUS` when there are two
 */
export async function findIn(directory: string, name: string): Promise<string | undefined> {
  const paths = endings.map((ending) => join(directory, `${name}.${ending}`))
  const found: string[] = []
  for (const path of paths) if (await isThere(path)) found.push(path)
  const [first, second] = found
  if (first === undefined || second === undefined) return first
  throw new PluginError(
    'MB_CONFIG_AMBIGUOUS',
    `Cannot choose a configuration in "${directory}": there are ${found.map((path) => basename(path)).join(' and ')}`,
    { hint: 'Keep one of them', details: { files: found } },
  )
}

/** The configuration file of the nearest folder upwards that has one. */
export async function findUpwards(directory: string, name: string): Promise<string | undefined> {
  for (let folder = resolve(directory); ; folder = dirname(folder)) {
    const found = await findIn(folder, name)
    if (found !== undefined || folder === dirname(folder)) return found
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    return !(await lstat(path)).isDirectory()
  } catch {
    return false
  }
}
