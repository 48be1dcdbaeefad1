import { loadConfiguration, type LoadedConfiguration } from '@mb/plugin-core/configuration'
import type { ReceiptItem } from '@mb/sandbox'
import type { Context } from './context.ts'

/** Reads the settings in force for a command. */
export async function readConfiguration(context: Context): Promise<LoadedConfiguration> {
  const { config } = context.settings
  return loadConfiguration({
    cwd: context.workspace,
    home: context.home,
    env: context.env,
    ...(config === undefined ? {} : { file: config }),
  })
}

/** The receipt items that the settings insist on. */
export async function readMinimum(context: Context): Promise<readonly ReceiptItem[] | undefined> {
  const { values } = await readConfiguration(context)
  return values.isolation.minimum
}
