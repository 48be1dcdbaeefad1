import type { JsonValue } from '@mb/kernel'
import { z } from 'zod'
import type { ConfigField } from '../manifest.ts'
import { whyWrongPublicValue } from './config-schema.ts'
import { refuse } from './refuse.ts'

type Environments = Readonly<Record<string, Readonly<Record<string, JsonValue>>>>

const json: z.ZodType<JsonValue, JsonValue> = z.json()

/** Defaults of a plugin's configuration, by environment. */
export const environments: z.ZodType<Environments, Environments> = z
  .record(
    z
      .string()
      .max(64)
      .regex(
        /^[a-z][a-z0-9-]*$/,
        'An environment is named in small letters, digits and "-", as production',
      ),
    z.record(z.string().max(64), json),
  )
  .refine((all) => Object.keys(all).length <= 32, 'A plugin has 32 environments at most')

/** Holds the values of each environment against the fields of the configuration. */
export function checkEnvironments(
  manifest: {
    readonly environments: Environments
    readonly configSchema: Readonly<Record<string, ConfigField>>
  },
  context: z.RefinementCtx,
): void {
  const fields = new Map(Object.entries(manifest.configSchema))
  for (const [environment, values] of Object.entries(manifest.environments))
    for (const [name, value] of Object.entries(values)) {
      const field = fields.get(name)
      const wrong =
        field === undefined ? 'no field of configSchema' : whyWrongPublicValue(value, field)
      if (wrong === undefined) continue
      refuse(context, {
        code: field === undefined ? 'unknown-key' : 'bad-default',
        message:
          field === undefined
            ? `"${name}" is ${wrong}`
            : `The value ${JSON.stringify(value).slice(0, 80)} is ${wrong}`,
        path: ['environments', environment, name],
      })
    }
}
