import { errorCode } from '@mb/kernel'
import { verifyPackage } from '@mb/manifest'
import type { Grants } from '../consent/grants.ts'
import { settleWords } from '../install/command-words.ts'
import type { ChangeBody } from '../install/commit-change.ts'
import type { HomeLayout } from '../store/home-layout.ts'
import { newestFirst } from '../store/newest-first.ts'
import type { PluginRecord, PluginVersion } from '../store/plugin-record.ts'
import { packageFolders, type PackageFolder } from './package-folders.ts'

/** What a restoration goes by. */
export interface RestoreContext {
  readonly layout: HomeLayout
  readonly reservedWords: ReadonlySet<string>
  readonly grants: Grants
  /** ISO 8601, UTC. */
  readonly at: string
}

/**
 * Finds the packages again that a lost state knew, the newest version of each being the active one. Nothing vouches for
 * them any more than their own metadata does: what was granted to them is taken back, so that each asks anew.
 */
export async function restoration(context: RestoreContext): Promise<ChangeBody<void>> {
  const plugins = await foundPlugins(context)
  const { grants } = context
  return {
    plan: {
      parts: plugins.map(({ id }) => {
        const before = grants.get(id) ?? {}
        const { grant: _, ...after } = before
        return { id, obsolete: [], trust: { before, after } }
      }),
    },
    apply: (state) => {
      for (const plugin of plugins) state.put(plugin)
    },
    history: plugins.map(({ id, manifest }) => ({
      id,
      action: 'install',
      to: manifest.version,
      reason: 'found again after the state was lost',
    })),
    result: undefined,
  }
}

async function foundPlugins(context: RestoreContext): Promise<readonly PluginRecord[]> {
  const folders = Map.groupBy(await packageFolders(context.layout), ({ id }) => id)
  const plugins: PluginRecord[] = []
  for (const [id, versions] of folders) {
    const found = (await Promise.all(versions.map((each) => versionIn(each, context.at)))).flat()
    const [active] = newestFirst(found)
    if (active === undefined) continue
    const { version: _, ...facts } = active
    const words = wordsOf(id, active, { ...context, plugins })
    if (words === undefined) continue
    plugins.push({
      ...facts,
      id,
      enabled: true,
      words,
      versions: newestFirst(found),
      wantedBy: 'person',
    })
  }
  return plugins
}

/** The version in a folder; none, when it is no package, or another one than its place says. */
async function versionIn(
  { id, version, directory }: PackageFolder,
  at: string,
): Promise<readonly PluginVersion[]> {
  try {
    const { manifest, tree, signature } = await verifyPackage(directory)
    if (!id.endsWith(`/${manifest.name}`) || manifest.version !== version) return []
    const keyId = signature.status === 'signed' ? signature.keyId : undefined
    return [{ version, digest: tree.digest, keyId, installedAt: at, source: directory, manifest }]
  } catch (error) {
    if (errorCode(error) === undefined) throw error
    return []
  }
}

/** The commands' own names, or names that nobody else can have where those are taken. */
function wordsOf(
  id: string,
  { manifest }: PluginVersion,
  context: RestoreContext & { readonly plugins: readonly PluginRecord[] },
): PluginRecord['words'] | undefined {
  const qualified = Object.fromEntries(
    manifest.commands.map(({ name }) => [name, `${manifest.name}:${name}`]),
  )
  for (const chosen of [{}, qualified]) {
    try {
      return settleWords(manifest, {
        id,
        installed: context.plugins,
        reserved: context.reservedWords,
        chosen,
      })
    } catch (error) {
      if (errorCode(error) !== 'MB_COMMAND_CLASH') throw error
    }
  }
  return undefined
}
