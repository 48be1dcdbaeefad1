import { nearestName } from '@mb/kernel'
import { PluginError } from '@mb/plugin-core'
import type { Context } from '../../../context.ts'
import type { Output } from '../../../output/output.ts'
import { text } from '../../../output/style.ts'
import type { Invocation } from '../../../parse/invocation.ts'
import { editList } from '../edit-list.ts'

/** A source that was trusted. */
interface RemovedSource {
  readonly source: string
}

/** Trusts a source no more, in the person's own settings. */
export async function run(invocation: Invocation, context: Context): Promise<RemovedSource> {
  const source = invocation.argument('source')
  await editList(context, 'plugins.trustedSources', (present) => {
    if (present.includes(source)) return present.filter((each) => each !== source)
    throw unknownSource(source, present)
  })
  return { source }
}

/** Says so. */
export function render({ source }: RemovedSource, output: Output): void {
  const { style } = output
  output.line(text`${style.good('✓')} Nothing new is fetched from ${style.strong(source)}`)
}

function unknownSource(source: string, present: readonly string[]): PluginError {
  const nearest = nearestName(source, present)
  return new PluginError(
    'MB_SOURCE_NOT_FOUND',
    `Cannot remove ${JSON.stringify(source)}: it is none of your trusted sources`,
    {
      hint:
        nearest === undefined
          ? 'See them with `mb plugin sources list`'
          : `Did you mean "${nearest}"?`,
    },
  )
}
