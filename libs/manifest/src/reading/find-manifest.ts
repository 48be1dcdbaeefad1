import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '@mb/kernel'
import { ManifestError } from '../manifest-error.ts'

/** The names that a manifest may have. */
export const manifestFiles: readonly string[] = ['plugin.yaml', 'plugin.yml', 'plugin.json']

/** What other formats call theirs; browsers and web apps have one too, so that it is not read. */
const otherName = 'manifest.json'

/**
 * The path of a folder's manifest, undefined when it has none.
 *
 * @throws ManifestError `MB_MANIFEST_AMBIGUOUS` when it has two: readers would disagree on which counts
 */
export async function findManifest(directory: string): Promise<string | undefined> {
  const present: string[] = []
  for (const name of manifestFiles) if (await exists(join(directory, name))) present.push(name)
  const [first, second] = present
  if (second !== undefined)
    throw new ManifestError(
      'MB_MANIFEST_AMBIGUOUS',
      `Cannot read plugin in "${directory}": it has ${present.join(' and ')}`,
      { hint: `Keep one of them`, details: { files: present } },
    )
  return first === undefined ? undefined : join(directory, first)
}

/**
 * As {@link findManifest}, where there has to be one.
 *
 * @throws ManifestError `MB_MANIFEST_MISSING`, `MB_MANIFEST_AMBIGUOUS`
 */
export async function requireManifest(directory: string): Promise<string> {
  const file = await findManifest(directory)
  if (file !== undefined) return file
  throw new ManifestError(
    'MB_MANIFEST_MISSING',
    `Cannot read plugin in "${directory}": it has no plugin.yaml, plugin.yml or plugin.json`,
    {
      hint: (await exists(join(directory, otherName)))
        ? `Rename its ${otherName} to plugin.json`
        : 'Name the folder of a plugin, or make one with `mb sdk create`',
    },
  )
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return false
    throw error
  }
}
