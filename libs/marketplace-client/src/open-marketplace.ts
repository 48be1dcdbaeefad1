import { sign } from 'node:crypto'
import { join } from 'node:path'
import { sha256, silentLogger, systemClock } from '@mb/kernel'
import { parsePluginId, parsePluginName, thisPlatform } from '@mb/manifest'
import { enrolmentText, routes, sha256Schema } from '@mb/marketplace-protocol'
import { AnswerCache } from './cache/answer-cache.ts'
import { Connection, type ConnectionSetup } from './connection.ts'
import { downloadArchive } from './download/download-archive.ts'
import { findPluginId } from './find/find-plugin-id.ts'
import { fetchVersions, findVersion } from './find/find-version.ts'
import { firstOf } from './find/first-of.ts'
import { searchAll } from './find/search-all.ts'
import { defaultTimeouts } from './http/timeouts.ts'
import type { Marketplace, MarketplaceOptions } from './marketplace.ts'
import { MarketplaceError } from './marketplace-error.ts'
import { publishPackage, validatePackage } from './publish/publish-package.ts'
import { mayServe } from './repository/may-serve.ts'
import { checkRepositories, repositoryOf } from './repository/repository.ts'
import type { Site } from './site.ts'
import { confirmKey } from './trust/confirm-key.ts'
import { KnownKeys } from './trust/known-keys.ts'

/**
 * Opens marketplaces. Nothing is asked or written yet.
 *
 * @throws MarketplaceError `MB_MARKETPLACE_REPOSITORY`
 */
export function openMarketplace(options: MarketplaceOptions): Marketplace {
  const { cacheDirectory, clock = systemClock, platform = thisPlatform() } = options
  const sites = openSites(options)
  const at = (name: string) => repositoryOf(sites, name).connection
  return {
    search: async (query, searchOptions) => searchAll(sites, query, searchOptions),
    info: async (text, { signal } = {}) => {
      const { id, namespace, name } = parsePluginId(text)
      return firstOf(mayServe(sites, namespace), id, async ({ connection }) => {
        const detail = await connection.ask(routes.plugin, { namespace, name }, { signal })
        if (detail.id !== id)
          throw connection.unusable('it is about another plugin than was asked for')
        return { ...detail, marketplace: connection.repository.name }
      })
    },
    versions: async (text, { signal } = {}) => {
      const { id, namespace } = parsePluginId(text)
      return firstOf(mayServe(sites, namespace), id, async ({ connection }) => ({
        ...(await fetchVersions(connection, id, signal)),
        repository: connection.repository.name,
      }))
    },
    findId: async (name, { signal } = {}) => findPluginId(sites, parsePluginName(name), signal),
    find: async (spec, findOptions) => findVersion(sites, spec, { ...findOptions, platform }),
    download: async (found, directory, downloadOptions) =>
      downloadArchive(at(found.repository), found, {
        ...downloadOptions,
        directory,
        cacheDirectory,
      }),
    confirm: async (found) => confirmKey(repositoryOf(sites, found.repository).knownKeys, found),
    publish: async (file, publishOptions) =>
      publishPackage(at(publishOptions.repository), file, publishOptions),
    validate: async (file, validateOptions) =>
      validatePackage(at(validateOptions.repository), file, validateOptions),
    service: async (repository, { signal } = {}) =>
      at(repository).ask(routes.service, {}, { signal }),
    whoami: async (repository, { signal } = {}) =>
      at(repository).ask(routes.whoami, {}, { signal }),
    keys: async (repository, text, { signal } = {}) => {
      const namespace = parsePluginName(text)
      const connection = at(repository)
      const answer = await connection.ask(routes.keys, { namespace }, { signal })
      if (answer.namespace === namespace) return answer
      throw connection.unusable('it is about another namespace than was asked for')
    },
    enrolKey: async (repository, text, key, { signal } = {}) => {
      const namespace = parsePluginName(text)
      const connection = at(repository)
      const issuedAt = new Date(clock.now()).toISOString()
      const { keyId, publicKey, privateKey } = key
      const { origin } = connection.repository
      const proved = enrolmentText({ origin, namespace, keyId, issuedAt })
      const proof = sign(null, Buffer.from(proved), privateKey).toString('base64')
      const enrolled = await connection.ask(
        routes.enrolKey,
        { namespace },
        { ...jsonQuestion({ publicKey, issuedAt, proof }), signal },
      )
      if (enrolled.keyId === keyId) return enrolled
      throw connection.unusable('it is about another key than was sent')
    },
    removeKey: async (repository, text, keyId, { signal } = {}) => {
      const namespace = parsePluginName(text)
      const connection = at(repository)
      if (!sha256Schema.safeParse(keyId).success)
        throw new MarketplaceError(
          'MB_MARKETPLACE_NOT_FOUND',
          `Cannot remove key ${JSON.stringify(keyId.slice(0, 80))}: that is no id of a key`,
          { hint: 'The id of a key has 64 hexadecimal digits' },
        )
      await connection.tell(routes.removeKey, { namespace, keyId }, { signal })
    },
    revokeToken: async (repository, { signal } = {}) =>
      at(repository).tell(routes.revokeToken, {}, { signal }),
  }
}

function openSites(options: MarketplaceOptions): readonly Site[] {
  const { repositories, cacheDirectory } = options
  const setup: ConnectionSetup = {
    timeouts: { ...defaultTimeouts, ...options.timeouts },
    logger: options.logger ?? silentLogger,
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    token: options.token ?? (async () => undefined),
  }
  return checkRepositories(repositories).map((repository) => {
    const { name, base } = repository
    const cache = new AnswerCache(join(cacheDirectory, 'answers', sha256(base)))
    return {
      name,
      repository,
      connection: new Connection(repository, setup, cache),
      knownKeys: new KnownKeys(join(cacheDirectory, 'keys'), base),
    }
  })
}

function jsonQuestion(value: unknown) {
  const body = Buffer.from(JSON.stringify(value))
  return {
    headers: { 'content-type': 'application/json' },
    body: {
      bytes: body.length,
      async *chunks() {
        yield body
      },
    },
  }
}
