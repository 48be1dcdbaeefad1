import { discoverPlugins } from '@mb/plugin-core/discovery'
import type { Context } from '../../../context.ts'
import { text } from '../../../output/style.ts'
import { discoveryContext } from './discovery-context.ts'

/** Says in one line what stands in the project and is not installed. */
export async function tellFound(context: Context): Promise<void> {
  const { aside, signal } = context
  const { plugins } = await discoverPlugins(await discoveryContext(context), { signal })
  const places = plugins.flatMap(({ status, place }) =>
    status === 'chosen' && (place === 'project' || place === 'node-modules') ? [place] : [],
  )
  if (places.length === 0) return
  const where = [
    ...(places.includes('project') ? ['this project'] : []),
    ...(places.includes('node-modules') ? ['its packages'] : []),
  ].join(' and ')
  aside.line(
    text`${aside.style.faint(`${places.length} more found in ${where}: \`mb plugin discover\` shows them`)}`,
  )
}
