import { env } from 'node:process'
import {
  definePlugin,
  type Awaitable,
  type CommandHandler,
  type PluginDefinition,
} from './define-plugin.ts'
import type { TypedPlugin } from './typed-plugin.ts'
import type { PluginContext } from './plugin-context.ts'
import { templateCommands, type Templates } from './template-plugin.ts'

/** Whether credentials are good, and why not; nothing of them is repeated. */
export type CredentialCheck =
  | { readonly valid: true }
  | { readonly valid: false; readonly reason: string }

/** A plugin of type `provider`. */
export interface ProviderPlugin<Credential extends string = string> extends TypedPlugin<
  'templates' | 'render' | 'check-credentials'
> {
  /** The name of the service, as `aws`. */
  readonly provider: string
  readonly templates: Templates
  /** Variables of the environment that hold its credentials; the manifest asks for them under `permissions.env`. */
  readonly credentials: readonly Credential[]
  /** Asks the service, or judges their form; called when all of them are there. */
  readonly validateCredentials: (
    credentials: Readonly<Record<Credential, string>>,
    context: PluginContext,
  ) => Awaitable<CredentialCheck>
}

/**
 * Says what a plugin of type `provider` is. It becomes the commands of a template plugin, whose templates are for this
 * provider, and the command `check-credentials`. The hosts that it talks to stand in its manifest, under
 * `permissions.net`.
 */
export function defineProviderPlugin<const Credential extends string>({
  provider,
  templates,
  credentials,
  validateCredentials,
  commands,
  ...stages
}: ProviderPlugin<Credential>): PluginDefinition {
  const own: Templates = Object.fromEntries(
    Object.entries(templates).map(([name, template]) => [
      name,
      { ...template, providers: [provider] },
    ]),
  )
  const check: CommandHandler = async (_, context) => {
    const values = Object.fromEntries(credentials.map((name) => [name, env[name] ?? '']))
    if (!hasEach(values, credentials)) throw missing(provider, values)
    const checked = await validateCredentials(values, context)
    if (!checked.valid)
      throw new Error(`The credentials of ${provider} are not good: ${checked.reason}`)
    return `The credentials of ${provider} are good`
  }
  return definePlugin({
    ...stages,
    commands: { ...commands, ...templateCommands(own), 'check-credentials': check },
  })
}

function hasEach<Name extends string>(
  values: Readonly<Record<string, string>>,
  names: readonly Name[],
): values is Readonly<Record<Name, string>> {
  return names.every((name) => values[name] !== undefined && values[name] !== '')
}

function missing(provider: string, values: Readonly<Record<string, string>>): Error {
  const names = Object.keys(values).filter((name) => values[name] === '')
  return new Error(`Cannot reach ${provider}: ${names.join(', ')} is not set, or was not granted`)
}
