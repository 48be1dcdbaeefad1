import { resolve } from 'node:path'
import { readTextBounded } from '@mb/kernel'
import type { InstalledPlugin } from '@mb/plugin-core'
import { consentWays } from '../../consent/consent-ways.ts'
import type { Context } from '../../context.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { parseCommandWords } from '../../parse/command-words.ts'
import { installing } from './installing.ts'

const longestKeyBytes = 64 * 1024

/** Installs a plugin from a folder or an archive. */
export async function run(invocation: Invocation, context: Context): Promise<InstalledPlugin> {
  const { signal, workspace } = context
  const keyFile = invocation.option('public-key')
  const namespace = invocation.option('namespace')
  const publicKey =
    keyFile === undefined
      ? undefined
      : await readTextBounded(resolve(workspace, keyFile), { maxBytes: longestKeyBytes, signal })
  return installing(context, consentWays(invocation, context), (host, { onStep }) =>
    host.install(resolve(workspace, invocation.argument('source')), {
      ...(namespace === undefined ? {} : { namespace }),
      publicKey,
      words: parseCommandWords(invocation.list('word')),
      force: invocation.has('force'),
      signal,
      onStep,
    }),
  )
}

export { showInstalled as render } from './install-screen.ts'
