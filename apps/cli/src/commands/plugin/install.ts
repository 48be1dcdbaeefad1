import { resolve } from 'node:path'
import { readTextBounded } from '@mb/kernel'
import type { InstalledPlugin } from '@mb/plugin-core'
import { CliError } from '../../cli-error.ts'
import { consentWays } from '../../consent/consent-ways.ts'
import type { Context } from '../../context.ts'
import { formatBytes } from '../../output/amounts.ts'
import { parseCommandWords } from '../../parse/command-words.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { chooseSource } from './choose-source.ts'
import { installing } from './installing.ts'

const longestKeyBytes = 64 * 1024

/** Installs a plugin from wherever it lies. */
export async function run(invocation: Invocation, context: Context): Promise<InstalledPlugin> {
  const { signal, workspace } = context
  const source = await chooseSource(invocation.argument('source'), context)
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
  return installing(context, consentWays(invocation, context), (host, { line, onStep }) =>
    host.install(source, {
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
    }),
  )
}

export { showInstalled as render } from './install-screen.ts'

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
