import { z } from 'zod'
import { keyWords } from './key-words.ts'
import { manifestSchema } from './schema/manifest-schema.ts'

/**
 * The plugin format as JSON Schema (draft 2020-12), for editors; shipped as `@mb/manifest/plugin.schema.json`.
 * It knows the present key names; rules between keys are checked by `checkManifest` alone.
 */
export function manifestJsonSchema(): Readonly<Record<string, unknown>> {
  const {
    $schema,
    '~standard': _,
    properties = {},
    ...rest
  } = z.toJSONSchema(manifestSchema, {
    io: 'input',
    target: 'draft-2020-12',
  })
  const words = new Map(Object.entries(keyWords))
  return {
    $schema,
    $id: 'urn:milkbottle:plugin-manifest:v1',
    title: 'MilkBottle plugin manifest',
    ...rest,
    properties: Object.fromEntries(
      Object.entries(properties).map(([key, schema]) => [
        key,
        typeof schema === 'object' ? { description: words.get(key), ...schema } : schema,
      ]),
    ),
  }
}
