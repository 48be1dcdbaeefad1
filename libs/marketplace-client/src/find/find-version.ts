import { routes, type VersionDetail, type VersionList } from '@mb/marketplace-protocol'
import { parsePluginId, type PluginId } from '@mb/manifest'
import type { Connection } from '../connection.ts'
import type { FindOptions, FoundVersion } from '../marketplace.ts'
import { MarketplaceError } from '../marketplace-error.ts'
import { mayServe } from '../repository/may-serve.ts'
import type { Site } from '../site.ts'
import { keyChanged } from '../trust/key-changed.ts'
import { verifyVersion } from '../trust/verify-version.ts'
import { chooseVersion } from './choose-version.ts'
import { findPluginId } from './find-plugin-id.ts'
import { firstOf, isNotFound } from './first-of.ts'
import { parsePluginSpec, type WantedVersion } from './plugin-spec.ts'

/** Finds a version, and verifies all that can be before it is downloaded. */
export async function findVersion(
  sites: readonly Site[],
  text: string,
  { acceptKey, platform, signal }: FindOptions & { readonly platform: string },
): Promise<FoundVersion> {
  const spec = parsePluginSpec(text)
  const id = spec.id ?? (await findPluginId(sites, spec.name, signal))
  const { namespace } = parsePluginId(id)
  return firstOf(mayServe(sites, namespace), id, async ({ connection, knownKeys }) => {
    const told = await fetchVersion(connection, id, { wanted: spec.wanted, platform, signal })
    const version = verifyVersion(told)
    const { keyId } = version
    const repository = connection.repository.name
    const known = await knownKeys.list(namespace)
    if (known.length > 0 && !known.includes(keyId) && acceptKey !== keyId)
      throw keyChanged({ namespace, repository, keyId, knownKeys: known })
    return {
      ...version,
      repository,
      platform,
      publicKeyKnown: known.includes(keyId),
      knownKeys: known,
    }
  })
}

async function fetchVersion(
  connection: Connection,
  id: PluginId,
  {
    wanted,
    platform,
    signal,
  }: {
    readonly wanted: WantedVersion
    readonly platform: string
    readonly signal: AbortSignal | undefined
  },
): Promise<VersionDetail> {
  const { namespace, name } = parsePluginId(id)
  const version =
    wanted.kind === 'exact' ? wanted.version : await newestOf(connection, id, wanted, signal)
  const detail = await connection
    .ask(routes.version, { namespace, name, version }, { query: { platform }, signal })
    .catch(async (error: unknown) => {
      // Whoever has a plugin has all of its versions: one that is missing there is not looked for elsewhere.
      if (isNotFound(error)) await newestOf(connection, id, { kind: 'exact', version }, signal)
      throw error
    })
  if (detail.id !== id || detail.version !== version)
    throw connection.unusable('it is about another plugin or version than was asked for')
  return detail
}

async function newestOf(
  connection: Connection,
  id: PluginId,
  wanted: WantedVersion,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { versions } = await fetchVersions(connection, id, signal)
  const numbers = versions.map(({ version }) => version)
  const chosen = chooseVersion(numbers, wanted)
  if (chosen !== undefined) return chosen
  throw new MarketplaceError(
    'MB_MARKETPLACE_NOT_FOUND',
    `Cannot find ${id}: ${connection.whom} has no version of it${inWords(wanted)}`,
    {
      hint: numbers.length === 0 ? undefined : `It has ${numbers.slice(0, 5).join(', ')}`,
      details: { hasPlugin: true },
    },
  )
}

function inWords(wanted: WantedVersion): string {
  if (wanted.kind === 'exact') return ` with the number ${wanted.version}`
  return wanted.kind === 'range' ? ` in the range ${JSON.stringify(wanted.range)}` : ''
}

/** The versions of a plugin as a marketplace lists them. */
export async function fetchVersions(
  connection: Connection,
  id: PluginId,
  signal: AbortSignal | undefined,
): Promise<VersionList> {
  const { namespace, name } = parsePluginId(id)
  const list = await connection.ask(routes.versions, { namespace, name }, { signal })
  if (list.id !== id) throw connection.unusable('it is about another plugin than was asked for')
  return list
}
