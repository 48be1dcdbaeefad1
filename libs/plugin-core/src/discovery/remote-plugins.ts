import { isMbError } from '@mb/kernel'
import { isPluginName, neutralText } from '@mb/manifest/peek'
import type { UnsettledPlugin } from './choose-plugins.ts'
import type { DiscoveryProblem } from './discovered-plugin.ts'
import type { PluginQuery } from './plugin-query.ts'
import { problem } from './problem.ts'

/** What a marketplace says that it has. */
export interface RemoteOffer {
  /** `namespace/name`. */
  readonly id: string
  /** The latest one. */
  readonly version: string
  readonly description: string
  readonly author: string
  readonly keywords: readonly string[]
  /** Name of the marketplace. */
  readonly repository: string
}

/** What marketplaces answered. */
export interface RemoteOffers {
  readonly offers: readonly RemoteOffer[]
  /** Those that did not answer, and why. */
  readonly failures: readonly { readonly repository: string; readonly error: Error }[]
}

/** Asks marketplaces for what they offer; `text` are the words that are searched for. */
export type ListRemote = (
  query: { readonly text: string },
  options: { readonly signal: AbortSignal | undefined },
) => Promise<RemoteOffers>

/** What marketplaces offer; one that does not answer is a note, and hides nothing of the others. */
export async function findRemote(
  listRemote: ListRemote | undefined,
  options: PluginQuery & {
    readonly remote?: boolean | undefined
    readonly signal?: AbortSignal | undefined
  },
): Promise<{
  readonly plugins: readonly UnsettledPlugin[]
  readonly notes: readonly DiscoveryProblem[]
}> {
  const { remote = false, name, text, signal } = options
  if (!remote || listRemote === undefined) return { plugins: [], notes: [] }
  try {
    const words = [name?.split('/').at(-1), text].filter((each) => each !== undefined).join(' ')
    const { offers, failures } = await listRemote({ text: words }, { signal })
    return {
      plugins: offers.flatMap(pluginOf),
      notes: failures.map(({ repository, error }) => noteOf(error, `marketplace ${repository}`)),
    }
  } catch (error) {
    signal?.throwIfAborted()
    return { plugins: [], notes: [noteOf(error, 'marketplaces')] }
  }
}

function pluginOf(offer: RemoteOffer): readonly UnsettledPlugin[] {
  const [namespace = '', name = ''] = offer.id.split('/')
  if (!isPluginName(namespace) || !isPluginName(name)) return []
  return [
    {
      place: 'remote',
      path: offer.repository,
      form: 'offer',
      id: `${namespace}/${name}`,
      name,
      version: offer.version,
      description: neutralText(offer.description, 2000),
      author: neutralText(offer.author),
      // A search tells less than a manifest.
      type: 'extension',
      capabilities: [],
      keywords: offer.keywords.map((label) => neutralText(label)),
      categories: [],
      platforms: [],
      plugins: {},
      optionalPlugins: {},
      problems: [],
    },
  ]
}

function noteOf(error: unknown, who: string): DiscoveryProblem {
  const [code, reason] = isMbError(error)
    ? [error.code, error.message]
    : ['unreachable', String(error)]
  return problem('warning', code, `Cannot list what ${who} offer: ${reason}`)
}
