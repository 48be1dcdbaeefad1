/**
 * What is shipped beside the code. This file stands at the top of `src`, so that the way from it to the package's
 * folder is the same from `src` and from `dist`.
 *
 * @module
 */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** The folder that holds one folder a template, and the licences. */
export const templatesDirectory: string = fileURLToPath(
  new URL('../templates/files/', import.meta.url),
)

/** The range of `@mb/plugin-core` that this version of the SDK makes plugins for. */
export async function readPluginCoreRange(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8')
  const { devDependencies }: { devDependencies: Record<string, string> } = JSON.parse(text)
  const range = devDependencies['@mb/plugin-core']
  if (range === undefined) throw new TypeError('package.json of @mb/sdk names no @mb/plugin-core')
  return range
}
