import { PluginError, isTrustPattern } from '@mb/plugin-core'
import type { Context } from '../../../context.ts'
import type { Output } from '../../../output/output.ts'
import { text } from '../../../output/style.ts'
import type { Invocation } from '../../../parse/invocation.ts'
import { editList } from '../edit-list.ts'

/** A source, and whether it is new. */
interface AddedSource {
  readonly source: string
  readonly added: boolean
}

/** Trusts a source, in the person's own settings. */
export async function run(invocation: Invocation, context: Context): Promise<AddedSource> {
  const source = invocation.argument('source')
  if (!isTrustPattern(source))
    throw new PluginError(
      'MB_SOURCE_INVALID',
      `Cannot trust ${JSON.stringify(source)}: it is no source`,
      {
        hint: 'Name a host, https://HOST/PATH/, npm:NAME, npm:@SCOPE/*, github:OWNER/* or github:OWNER/REPOSITORY',
      },
    )
  let added = false
  await editList(context, 'plugins.trustedSources', (present) => {
    added = !present.includes(source)
    return added ? [...present, source] : present
  })
  return { source, added }
}

/** Says so. */
export function render({ source, added }: AddedSource, output: Output): void {
  const { style } = output
  output.line(
    added
      ? text`${style.good('✓')} Plugins may be fetched from ${style.strong(source)}`
      : text`${style.strong(source)} is trusted already`,
  )
}
