import { editProjectSetting } from '../configuration/edit-setting.ts'
import { findProject } from './find-project.ts'
import { rangesIn, requiredKey } from './read-required.ts'

/**
 * Adds a plugin to what the project of a folder requires: in its own settings, whose comments stay. They are made where
 * there are none.
 *
 * @returns the folder of the project
 * @throws PluginError `MB_CONFIG_…`, `MB_CONFIG_FORMAT` when the settings are in a file that cannot be edited
 */
export async function requirePlugin(
  workspace: string,
  { id, range }: { readonly id: string; readonly range: string },
): Promise<string> {
  const { folder } = findProject(workspace)
  await editProjectSetting(folder, {
    key: requiredKey,
    change: (present) => ({ ...rangesIn(present), [id]: range }),
  })
  return folder
}
