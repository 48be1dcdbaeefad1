import { lookup } from 'node:dns/promises'

/**
 * Asks for the addresses of a name that is granted. It may give anything: each address is looked at before it is used.
 *
 * @throws whatever says that there is none
 */
export type NameResolver = (
  name: string,
  options: { readonly signal: AbortSignal },
) => Promise<readonly string[]>

/** As the system does it: by its files, its name servers, and in its order. */
export const resolveBySystem: NameResolver = async (name) => {
  const found = await lookup(name, { all: true, order: 'verbatim' })
  return found.map(({ address }) => address)
}
