import type { PackageRepository } from '@mb/plugin-core'
import type { Context } from '../../context.ts'
import { formatBytes } from '../../output/amounts.ts'
import type { ProgressLine } from '../../output/progress.ts'
import { readSettings } from '../marketplace/settings.ts'

/** The marketplaces of a person as one repository, opened when something is wanted of them. None has nothing. */
export function marketplaceRepository(
  context: Context,
  { line, acceptKey }: { readonly line: ProgressLine; readonly acceptKey?: string | undefined },
): PackageRepository {
  let opened: Promise<PackageRepository> | undefined
  const repository = (): Promise<PackageRepository> => (opened ??= open(context, acceptKey))
  return {
    offers: async (plugin, options) => await (await repository()).offers(plugin, options),
    find: async (spec, options) =>
      showingBytes(await (await repository()).find(spec, options), line),
  }
}

/** A package whose download tells how far it is. */
function showingBytes(
  found: Awaited<ReturnType<PackageRepository['find']>>,
  line: ProgressLine,
): Awaited<ReturnType<PackageRepository['find']>> {
  return {
    ...found,
    fetch: (directory, options) =>
      found.fetch(directory, {
        ...options,
        onProgress: ({ bytes, total }) => {
          line.say(`Fetching ${found.id}: ${formatBytes(bytes)} of ${formatBytes(total)}`)
        },
      }),
  }
}

async function open(context: Context, acceptKey: string | undefined): Promise<PackageRepository> {
  const { enabled, repositories } = await readSettings(context)
  const [{ openMarketplaces }, { packageRepository }] = await Promise.all([
    import('../marketplace/open-marketplace.ts'),
    import('@mb/marketplace-client'),
  ])
  if (enabled && repositories.length > 0)
    return packageRepository((await openMarketplaces(context)).marketplace, { acceptKey })
  return {
    offers: async () => [],
    // Says what has to be set up.
    find: async (spec) =>
      await packageRepository((await openMarketplaces(context)).marketplace).find(spec),
  }
}
