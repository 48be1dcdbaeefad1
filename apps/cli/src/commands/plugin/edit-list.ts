import { editSetting } from '@mb/plugin-core/configuration'
import type { Context } from '../../context.ts'

/** Changes a list in the person's own settings; comments in them stay. What `change` throws changes nothing. */
export async function editList(
  { home, env }: Pick<Context, 'home' | 'env'>,
  key: 'plugins.searchPaths' | 'plugins.trustedSources',
  change: (present: readonly string[]) => readonly string[],
): Promise<void> {
  await editSetting(home, {
    key,
    env,
    change: (present) => {
      const list: readonly unknown[] = Array.isArray(present) ? present : []
      return change(list.filter((each) => typeof each === 'string'))
    },
  })
}
