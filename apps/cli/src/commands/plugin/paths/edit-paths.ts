import { editSetting } from '@mb/plugin-core/configuration'
import type { Context } from '../../../context.ts'

/** Changes the search paths in the person's own settings; comments in them stay. What `change` throws changes nothing. */
export async function editPaths(
  { home, env }: Pick<Context, 'home' | 'env'>,
  change: (present: readonly string[]) => readonly string[],
): Promise<void> {
  await editSetting(home, {
    key: 'plugins.searchPaths',
    env,
    change: (present) => {
      const list: readonly unknown[] = Array.isArray(present) ? present : []
      return change(list.filter((each) => typeof each === 'string'))
    },
  })
}
