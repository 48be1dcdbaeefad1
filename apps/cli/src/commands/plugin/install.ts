import { resolve } from 'node:path'
import { readTextBounded } from '@mb/kernel'
import type { InstalledPlugin, InstalledProject } from '@mb/plugin-core'
import { CliError } from '../../cli-error.ts'
import { consentWays } from '../../consent/consent-ways.ts'
import type { Context } from '../../context.ts'
import { formatBytes } from '../../output/amounts.ts'
import type { Output } from '../../output/output.ts'
import { parseCommandWords } from '../../parse/command-words.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { chooseSource } from './choose-source.ts'
import { dependencyChoice } from './dependency-choice.ts'
import { installRequired, showProject } from './install-project.ts'
import { showInstalled } from './install-screen.ts'
import { installing } from './installing.ts'
import { marketplaceRepository } from './marketplace-repository.ts'
import { savePlugin } from './save-plugin.ts'

const longestKeyBytes = 64 * 1024

/** Installs a plugin from wherever it lies; or all that the project requires. */
export async function run(
  invocation: Invocation,
  context: Context,
): Promise<InstalledPlugin | InstalledProject> {
  const name = invocation.optionalArgument('source')
  if (name === undefined) return await installRequired(invocation, context)
  refuseOptions(invocation, ['frozen'], 'a plugin that is named')
  return await installOne(name, invocation, context)
}

/** Says what is there now. */
export function render(done: InstalledPlugin | InstalledProject, output: Output): void {
  if ('plugins' in done) showProject(done, output)
  else showInstalled(done, output)
}

async function installOne(
  name: string,
  invocation: Invocation,
  context: Context,
): Promise<InstalledPlugin> {
  const { signal, workspace } = context
  const source = await chooseSource(name, context)
  if (source.kind === 'marketplace') {
    refuseOptions(invocation, ['public-key', 'checksum', 'link'], 'what comes from a marketplace')
    const { installNamed } = await import('../marketplace/install.ts')
    return await installNamed(source.spec, invocation, context)
  }
  refuseOptions(invocation, ['accept-key'], 'what comes from no marketplace')
  const keyFile = invocation.option('public-key')
  const namespace = invocation.option('namespace')
  const publicKey =
    keyFile === undefined
      ? undefined
      : await readTextBounded(resolve(workspace, keyFile), { maxBytes: longestKeyBytes, signal })
  return installing(context, consentWays(invocation, context), async (host, { line, onStep }) => {
    const repository = marketplaceRepository(context, { line })
    const installed = await host.install(source, {
      repository,
      ...dependencyChoice(invocation, context, line),
      ...(namespace === undefined ? {} : { namespace }),
      publicKey,
      sha256: readChecksum(invocation.option('checksum')),
      link: invocation.has('link'),
      words: parseCommandWords(invocation.list('word')),
      force: invocation.has('force'),
      signal,
      onStep,
      onProgress: ({ bytes, total }) => {
        line.say(`Fetching the package: ${formatBytes(bytes)} of ${formatBytes(total)}`)
      },
    })
    await savePlugin(installed, { host, repository, invocation, context })
    return installed
  })
}

function readChecksum(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const [, digest] = /^(?:sha256[:=])?([0-9a-f]{64})$/i.exec(text) ?? []
  if (digest !== undefined) return digest.toLowerCase()
  throw new CliError('MB_CLI_VALUE', 'Cannot use --checksum: it is no SHA-256 digest', {
    hint: 'Give its 64 hexadecimal digits',
  })
}

function refuseOptions(invocation: Invocation, names: readonly string[], what: string): void {
  const given = names.find((name) => invocation.has(name))
  if (given === undefined) return
  throw new CliError('MB_CLI_USAGE', `Cannot use --${given}: it says nothing of ${what}`, {
    hint: 'Leave it out',
  })
}
