import { openPluginHost, type Consent, type PluginHost } from '@mb/plugin-core'
import { reservedWords } from '../../catalogue.ts'
import { readConfiguration } from '../../configuration.ts'
import type { Context } from '../../context.ts'

/** The host of the person's home, under the settings in force. */
export async function openHost(
  context: Context,
  options: { readonly consent?: Consent } = {},
): Promise<PluginHost> {
  return openPluginHost({
    home: context.home,
    workspace: context.workspace,
    logger: context.logger,
    configuration: await readConfiguration(context),
    reservedWords,
    ...options,
  })
}
