import type { JsonValue } from '@mb/kernel'
import { editSetting } from './edit-setting.ts'
import { repositoriesIn, type RepositorySetting } from './repository-setting.ts'

/**
 * Changes the marketplaces in the person's own settings, `config.yaml` of the home. Everything else in the file stays as
 * it is, comments too, and so do the marketplaces that the change leaves alone.
 *
 * @param change - gets those that are there and gives those that are to be; asked twice, and what it throws changes nothing
 * @throws PluginError `MB_CONFIG_…`, `MB_CONFIG_FORMAT` when the settings are in a file that cannot be edited; `MB_HOME_…`
 */
export async function editRepositories(
  home: string,
  change: (present: readonly RepositorySetting[]) => readonly RepositorySetting[],
  {
    env,
  }: {
    /** What variables in the file stand for. @default process.env */
    readonly env?: Readonly<Record<string, string | undefined>>
  } = {},
): Promise<void> {
  await editSetting(home, {
    key: 'marketplace.repositories',
    change: (present) => change(repositoriesIn(present)).map(plain),
    env,
  })
}

function plain(repository: RepositorySetting): JsonValue {
  const members: readonly (readonly [string, JsonValue | undefined])[] = Object.entries(repository)
  return Object.fromEntries(
    members.filter((member): member is [string, JsonValue] => member[1] !== undefined),
  )
}
