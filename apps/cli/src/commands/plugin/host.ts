import { openPluginHost, type Consent, type PluginHost } from '@mb/plugin-core'
import { reservedWords } from '../../catalogue.ts'
import { readConfiguration } from '../../configuration.ts'
import type { Context } from '../../context.ts'
import { terminalLogger, type LogLevel } from '../../output/terminal-logger.ts'
import { networkOf } from '../sandbox/network-of.ts'

/** The host of the person's home, under the settings in force. */
export async function openHost(
  context: Context,
  options: { readonly consent?: Consent } = {},
): Promise<PluginHost> {
  const configuration = await readConfiguration(context)
  return openPluginHost({
    home: context.home,
    workspace: context.workspace,
    logger: terminalLogger(context.aside, leastLevel(context, configuration.values.logging.level)),
    configuration,
    reservedWords,
    network: () => networkOf({ ...context, authorities: [] }),
    ...options,
  })
}

function leastLevel({ settings }: Context, configured: LogLevel): LogLevel {
  if (settings.isDebug) return 'debug'
  return settings.isVerbose && configured !== 'debug' ? 'info' : configured
}
