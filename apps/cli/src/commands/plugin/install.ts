import { resolve } from 'node:path'
import { readTextBounded } from '@mb/kernel'
import type { InstalledPlugin } from '@mb/plugin-core'
import { CliError } from '../../cli-error.ts'
import { consentOf } from '../../consent/ask-consent.ts'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { openHost } from './host.ts'
import { text } from '../../output/style.ts'

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
  await using host = await openHost(context, {
    consent: consentOf(context, { to: 'install', isYes: invocation.has('yes') }),
  })
  return await host.install(resolve(workspace, invocation.argument('source')), {
    ...(namespace === undefined ? {} : { namespace }),
    publicKey,
    words: parseWords(invocation.list('word')),
    force: invocation.has('force'),
    signal,
  })
}

function parseWords(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [command, word, ...more] = pair.split('=')
      if (command !== undefined && word !== undefined && more.length === 0) return [command, word]
      throw new CliError('MB_CLI_VALUE', `Cannot read "${pair}": it is no COMMAND=WORD`, {
        hint: 'Write it as --word outline=toc',
      })
    }),
  )
}

/** Says what is there now. */
export function render(plugin: InstalledPlugin, output: Output): void {
  const { style } = output
  output.line(text`${style.good('✓')} Installed ${style.strong(plugin.id)} ${plugin.version}`)
  for (const command of plugin.commands)
    output.line(text`  ${style.name(`mb ${command.word}`)}  ${style.faint(command.summary)}`)
}
