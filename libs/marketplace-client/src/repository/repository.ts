import { nearestName } from '@mb/kernel'
import { isPluginName } from '@mb/manifest'
import { MarketplaceError } from '../marketplace-error.ts'

/** A marketplace that is asked. */
export interface Repository {
  /** What it is called here: a small letter, then letters, digits and `-`. */
  readonly name: string
  /** https, or http to this very machine; without credentials, query and fragment. */
  readonly url: string
  /** Lower is asked first. @default 100 */
  readonly priority?: number
  /**
   * The only namespaces that it may serve. No marketplace without such a list serves them: a name of one's own cannot
   * be taken by whoever registers it elsewhere.
   *
   * @default any that no other marketplace names
   */
  readonly namespaces?: readonly string[]
}

/** A marketplace whose settings were checked. */
export interface CheckedRepository {
  readonly name: string
  /** Its address without a slash at the end. */
  readonly base: string
  readonly origin: string
  readonly namespaces: ReadonlySet<string> | undefined
  /** As it was given. */
  readonly given: Repository
}

const usualPriority = 100
const loopback = /^(?:localhost|\[::1\]|127(?:\.\d{1,3}){3})$/

/**
 * Checks marketplaces, and puts them in the order that they are asked in.
 *
 * @throws MarketplaceError `MB_MARKETPLACE_REPOSITORY`
 */
export function checkRepositories(
  repositories: readonly Repository[],
): readonly CheckedRepository[] {
  const seen = new Set<string>()
  for (const { name } of repositories) {
    if (seen.has(name)) throw unusable(name, 'there are two of that name')
    seen.add(name)
  }
  return repositories
    .toSorted((a, b) => (a.priority ?? usualPriority) - (b.priority ?? usualPriority))
    .map((repository) => check(repository))
}

/**
 * The marketplace of a name.
 *
 * @throws MarketplaceError `MB_MARKETPLACE_REPOSITORY`
 */
export function repositoryOf<Item extends { readonly name: string }>(
  items: readonly Item[],
  name: string,
): Item {
  const found = items.find((each) => each.name === name)
  if (found !== undefined) return found
  const names = items.map((each) => each.name)
  const nearest = nearestName(name, names)
  throw new MarketplaceError(
    'MB_MARKETPLACE_REPOSITORY',
    `Cannot ask marketplace ${JSON.stringify(name.slice(0, 80))}: it is not set up`,
    {
      hint:
        nearest === undefined
          ? `Those set up are: ${names.join(', ') || 'none'}`
          : `Did you mean "${nearest}"?`,
    },
  )
}

function check(given: Repository): CheckedRepository {
  const { name, namespaces } = given
  if (!isPluginName(name))
    throw unusable(name, 'its name is not of small letters, digits and "-", 64 at most')
  const url = URL.canParse(given.url) ? new URL(given.url) : undefined
  if (url === undefined) throw unusable(name, 'its address is no URL')
  // What stands there in the wrong place may be a password: the address is never repeated.
  if (url.username !== '' || url.password !== '')
    throw unusable(
      name,
      'its address holds credentials',
      'Log in instead; tokens stay out of addresses',
    )
  if (url.search !== '' || url.hash !== '')
    throw unusable(name, 'its address has a query or fragment', 'Leave out what follows "?" or "#"')
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback.test(url.hostname)))
    throw unusable(
      name,
      'its address is not https',
      'Use https; http is for a marketplace on this very machine',
    )
  const unfit = namespaces?.find((each) => !isPluginName(each))
  if (unfit !== undefined)
    throw unusable(name, `${JSON.stringify(unfit.slice(0, 80))} is no namespace`)
  return {
    name,
    base: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    origin: url.origin,
    namespaces: namespaces === undefined ? undefined : new Set(namespaces),
    given,
  }
}

function unusable(name: string, is: string, hint = 'Correct it where marketplaces are set up') {
  return new MarketplaceError(
    'MB_MARKETPLACE_REPOSITORY',
    `Cannot use marketplace ${JSON.stringify(name.slice(0, 80))}: ${is}`,
    { hint },
  )
}
