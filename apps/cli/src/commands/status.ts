import { inspectBackends } from '@mb/sandbox'
import { openKeyStore } from '@mb/sdk'
import { questionsPerHundred, readTally, type Tally } from '../consent/question-tally.ts'
import type { Context } from '../context.ts'
import { findToken } from '../credentials/find-token.ts'
import type { Output } from '../output/output.ts'
import type { Invocation } from '../parse/invocation.ts'
import { readVersion } from '../version.ts'
import { readSettings } from './marketplace/settings.ts'
import { openHost } from './plugin/host.ts'

/** How things stand. */
interface Status {
  readonly version: string
  readonly home: string
  readonly plugins: {
    readonly installed: number
    readonly enabled: number
    readonly unsigned: number
    /** Those of which a newer version waits for somebody. */
    readonly held: number
  }
  readonly marketplaces: { readonly configured: number; readonly loggedIn: readonly string[] }
  readonly keys: number
  /** How often somebody was asked something, and how many commands of plugins were run. */
  readonly asked: Tally & { readonly perHundred: number | null }
  readonly sandbox: { readonly backend: string | null; readonly level: string | null }
}

/** Looks at home, plugins, marketplaces, keys and sandbox; changes nothing, and asks nobody outside. */
export async function run(_invocation: Invocation, context: Context): Promise<Status> {
  await using host = await openHost(context)
  const plugins = host.list()
  const [keys, backends] = await Promise.all([
    openKeyStore(context.home).list(),
    inspectBackends({ isFirstEnough: true }),
  ])
  const tally = readTally(context.home)
  const strongest = backends.find((backend) => backend.chosen)
  return {
    version: readVersion(),
    home: context.home,
    plugins: {
      installed: plugins.length,
      enabled: plugins.filter((plugin) => plugin.enabled).length,
      unsigned: plugins.filter((plugin) => plugin.signature.status === 'unsigned').length,
      held: plugins.filter((plugin) => plugin.held !== undefined).length,
    },
    marketplaces: await marketplacesOf(context),
    keys: keys.length,
    asked: { ...tally, perHundred: questionsPerHundred(tally) ?? null },
    sandbox: { backend: strongest?.backend ?? null, level: strongest?.level ?? null },
  }
}

async function marketplacesOf(context: Context): Promise<Status['marketplaces']> {
  const { repositories, apiKeys } = await readSettings(context)
  const chosen = repositories.length === 1 ? repositories[0] : undefined
  const tokens = await Promise.all(
    repositories.map((repository) => findToken(repository, { context, apiKeys, chosen })),
  )
  return {
    configured: repositories.length,
    loggedIn: repositories.flatMap(({ name }, at) => (tokens[at] === undefined ? [] : [name])),
  }
}

/** Shows it on a few lines. */
export function render(status: Status, output: Output): void {
  const { version, home, plugins, marketplaces, keys, asked, sandbox } = status
  const { style } = output
  output.facts([
    ['mb', version],
    ['home', home],
    [
      'plugins',
      `${plugins.installed} installed, ${plugins.enabled} enabled, ${plugins.unsigned} unsigned`,
    ],
    [
      'updates',
      plugins.held === 0
        ? undefined
        : style.warning(`${plugins.held} waiting: \`mb plugin list\` says for what`),
    ],
    [
      'marketplaces',
      marketplaces.configured === 0
        ? 'none'
        : `${marketplaces.configured}, ${marketplaces.loggedIn.length === 0 ? 'logged in to none' : `logged in to ${marketplaces.loggedIn.join(', ')}`}`,
    ],
    ['keys', keys === 0 ? 'none' : `${keys}`],
    [
      'asked',
      asked.perHundred === null
        ? undefined
        : `${asked.perHundred} questions per 100 commands of plugins`,
    ],
    [
      'sandbox',
      sandbox.backend === null
        ? style.bad('none: `mb sandbox doctor` says what to install')
        : style.good(`${sandbox.backend} (${sandbox.level ?? ''})`),
    ],
  ])
}
