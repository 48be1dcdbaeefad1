import type { InstalledPlugin } from '@mb/plugin-core'
import { consentWays } from '../../consent/consent-ways.ts'
import type { Context } from '../../context.ts'
import { parseCommandWords } from '../../parse/command-words.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { dependencyChoice } from '../plugin/dependency-choice.ts'
import { installing } from '../plugin/installing.ts'
import { marketplaceRepository } from '../plugin/marketplace-repository.ts'
import { savePlugin } from '../plugin/save-plugin.ts'

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
  const acceptKey = invocation.option('accept-key')
  return installing(context, ways, async (host, { line, onStep }) => {
    const repository = marketplaceRepository(context, { line, acceptKey })
    const installed = await host.installFrom(repository, spec, {
      ...dependencyChoice(invocation, context, line),
      words,
      acceptKey,
      force: invocation.has('force'),
      signal: context.signal,
      onStep,
    })
    await savePlugin(installed, { host, repository, invocation, context, range: rangeIn(spec) })
    return installed
  })
}

export { showInstalled as render } from '../plugin/install-screen.ts'

/** The versions that a person named. */
function rangeIn(spec: string): string | undefined {
  const at = spec.indexOf('@')
  return at === -1 ? undefined : spec.slice(at + 1).trim()
}
