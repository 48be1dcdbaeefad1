import { parsePluginId } from '@mb/manifest'
import type { FoundVersion } from '../marketplace.ts'
import { keyChanged } from './key-changed.ts'
import type { KnownKeys } from './known-keys.ts'

/**
 * Remembers the key of a version that was installed.
 *
 * @throws MarketplaceError `MB_MARKETPLACE_KEY_CHANGED` when another key came to be known since the version was found
 */
export async function confirmKey(knownKeys: KnownKeys, found: FoundVersion): Promise<void> {
  const { keyId, publicKey, repository } = found
  const { namespace } = parsePluginId(found.id)
  const known = await knownKeys.list(namespace)
  if (known.includes(keyId)) return
  if (known.length === 0 && (await knownKeys.addFirst(namespace, { keyId, publicKey }))) return
  const now = await knownKeys.list(namespace)
  if (now.includes(keyId)) return
  // Who accepted this key knew of those that were there then, and of no other.
  if (now.some((each) => !found.knownKeys.includes(each)))
    throw keyChanged({ namespace, repository, keyId, knownKeys: now })
  await knownKeys.add(namespace, { keyId, publicKey })
}
