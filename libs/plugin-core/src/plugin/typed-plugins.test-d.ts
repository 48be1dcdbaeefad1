/** What is no plugin of a type, and does not compile. */
import { expectTypeOf } from 'vitest'
import {
  defineCommandPlugin,
  defineCompletionPlugin,
  defineExtensionPlugin,
  defineFormatterPlugin,
  defineGeneratorPlugin,
  defineHookPlugin,
  defineIntegrationPlugin,
  defineMiddlewarePlugin,
  definePlugin,
  defineProviderPlugin,
  defineTemplatePlugin,
  defineValidatorPlugin,
  type PluginDefinition,
} from '../plugin.ts'

const validate = (): { valid: boolean; errors: string[]; warnings: string[] } => ({
  valid: true,
  errors: [],
  warnings: [],
})

expectTypeOf(defineValidatorPlugin).returns.toEqualTypeOf<PluginDefinition>()

// @ts-expect-error a command is a function
definePlugin({ commands: { add: 'Adds' } })
// @ts-expect-error a stage that there is not
definePlugin({ start() {} })

// @ts-expect-error commands are missing
defineCommandPlugin({})

// @ts-expect-error `validate` is missing
defineValidatorPlugin({})
// @ts-expect-error a validator says more than yes
defineValidatorPlugin({ validate: () => true })
// @ts-expect-error warnings are missing
defineValidatorPlugin({ validate: () => ({ valid: true, errors: [] }) })
// @ts-expect-error the command `validate` is its own
defineValidatorPlugin({ validate, commands: { validate: () => 1 } })
defineValidatorPlugin({ validate, commands: { other: () => 1 } })

// @ts-expect-error what is formatted is a text
defineFormatterPlugin({ format: () => 1 })
// @ts-expect-error the command `format` is its own
defineFormatterPlugin({ format: (content) => content, commands: { format: () => 1 } })

// @ts-expect-error files have texts or bytes
defineGeneratorPlugin({ generate: () => ({ 'a.txt': 1 }) })

// @ts-expect-error a template renders
defineTemplatePlugin({ templates: { a: { summary: 'A' } } })
// @ts-expect-error what is rendered is a text
defineTemplatePlugin({ templates: { a: { render: () => 1 } } })

// @ts-expect-error the provider has no name
defineProviderPlugin({
  templates: {},
  credentials: [],
  validateCredentials: () => ({ valid: true }),
})
defineProviderPlugin({
  provider: 'aws',
  templates: {},
  credentials: ['KEY'],
  // @ts-expect-error there is no such credential
  validateCredentials: ({ SECRET }) => ({ valid: SECRET !== '' }),
})
defineProviderPlugin({
  provider: 'aws',
  templates: {},
  credentials: ['KEY'],
  // @ts-expect-error what is not good has a reason
  validateCredentials: () => ({ valid: false }),
})

// @ts-expect-error hooks are missing
defineHookPlugin({ commands: {} })
defineHookPlugin({
  hooks: { 'deploy:after': ({ name }) => expectTypeOf(name).toEqualTypeOf<string>() },
})
// @ts-expect-error its hooks are told by `before` and `after`
defineMiddlewarePlugin({ hooks: {} })
// @ts-expect-error proposals are texts
defineCompletionPlugin({ completions: { branches: () => [1] } })
// @ts-expect-error services are missing
defineIntegrationPlugin({})
// @ts-expect-error a service has methods
defineIntegrationPlugin({ services: { store: () => 1 } })
// @ts-expect-error an extension extends something
defineExtensionPlugin({ initialize() {} })
defineExtensionPlugin({ hooks: {} })
