import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode, makeFolder, readTextBounded, writeFileAtomic } from '@mb/kernel'
import { isMap, parseDocument } from 'yaml'
import { PluginError } from '../plugin-error.ts'
import { readConfigurationFile } from './configuration-file.ts'
import { findIn } from './find-configuration.ts'
import { layerOfFile } from './setting-layer.ts'
import { repositoriesIn, type RepositorySetting } from './repository-setting.ts'

const maxBytes = 1024 * 1024
const key = 'marketplace.repositories'

/**
 * Changes the marketplaces in the person's own settings, `config.yaml` of the home. Everything else in the file stays as it
 * is, comments too.
 *
 * @param change - gets those that are there and gives those that are to be; what it throws changes nothing
 * @throws PluginError `MB_CONFIG_…`, `MB_CONFIG_FORMAT` when the settings are in a file that cannot be edited
 */
export async function editRepositories(
  home: string,
  change: (present: readonly RepositorySetting[]) => readonly RepositorySetting[],
): Promise<void> {
  const file = (await findIn(home, 'config')) ?? join(home, 'config.yaml')
  const present = await readPresent(file)
  const next = change(present)
  if (!/\.(?:ya?ml|json)$/.test(file)) {
    throw new PluginError('MB_CONFIG_FORMAT', `Cannot change "${file}": it is no YAML`, {
      hint: 'Set marketplace.repositories in it by hand, or move the settings to config.yaml',
    })
  }
  const text = existsSync(file) ? await readTextBounded(file, { maxBytes }) : ''
  const document = parseDocument(text)
  if (document.contents !== null && !isMap(document.contents)) document.contents = null
  // Older names for the same would stand beside it and win or lose by their order.
  for (const older of [
    ['marketplace', 'repository_url'],
    ['marketplace', 'repositoryUrl'],
  ])
    if (document.hasIn(older)) document.deleteIn(older)
  document.setIn(['marketplace', 'repositories'], document.createNode(next))
  const written = file.endsWith('.json')
    ? `${JSON.stringify(document.toJS(), null, 2)}\n`
    : document.toString()
  await makeFolder(home, { mode: 0o700 })
  await writeFileAtomic(file, written, { mode: 0o600 })
}

async function readPresent(file: string): Promise<readonly RepositorySetting[]> {
  let parsed
  try {
    parsed = await readConfigurationFile(file)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
  if (parsed === undefined) return []
  // What the file says as it stands: a variable in it stays a variable.
  const { values } = layerOfFile(parsed, { file, kind: 'person', env: process.env })
  return repositoriesIn(values.find((each) => each.key === key)?.value)
}
