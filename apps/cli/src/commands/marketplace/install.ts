import { packageRepository } from '@mb/marketplace-client'
import type { InstalledPlugin, PackageRepository } from '@mb/plugin-core'
import { consentWays } from '../../consent/consent-ways.ts'
import type { Context } from '../../context.ts'
import { formatBytes } from '../../output/amounts.ts'
import type { ProgressLine } from '../../output/progress.ts'
import { parseCommandWords } from '../../parse/command-words.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { installing } from '../plugin/installing.ts'
import { openMarketplaces } from './open-marketplace.ts'

/** Installs a plugin from a marketplace. */
export async function run(invocation: Invocation, context: Context): Promise<InstalledPlugin> {
  return await installNamed(invocation.argument('plugin'), invocation, context)
}

/** Installs what a marketplace has under a name, in a range, with the options that were given. */
export async function installNamed(
  spec: string,
  invocation: Invocation,
  context: Context,
): Promise<InstalledPlugin> {
  const words = parseCommandWords(invocation.list('word'))
  const ways = consentWays(invocation, context)
  const { marketplace } = await openMarketplaces(context)
  const acceptKey = invocation.option('accept-key')
  const repository = packageRepository(marketplace, { acceptKey })
  return installing(context, ways, (host, { line, onStep }) =>
    host.installFrom(showingBytes(repository, line), spec, {
      words,
      acceptKey,
      force: invocation.has('force'),
      signal: context.signal,
      onStep,
    }),
  )
}

export { showInstalled as render } from '../plugin/install-screen.ts'

/** The same repository, its downloads telling how far they are. */
function showingBytes(repository: PackageRepository, line: ProgressLine): PackageRepository {
  return {
    offers: repository.offers,
    find: async (spec, options) => {
      const found = await repository.find(spec, options)
      return {
        ...found,
        fetch: (directory, fetchOptions) =>
          found.fetch(directory, {
            ...fetchOptions,
            onProgress: ({ bytes, total }) => {
              line.say(`Fetching ${found.id}: ${formatBytes(bytes)} of ${formatBytes(total)}`)
            },
          }),
      }
    },
  }
}
