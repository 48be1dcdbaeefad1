import { canonicalJson, type JsonValue } from '@mb/kernel'
import { z } from 'zod'
import type { ConfigField, ConfigType } from '../manifest.ts'
import { closed } from './closed.ts'
import { fitsType } from './fits-type.ts'
import { refuse } from './refuse.ts'
import { line } from './texts.ts'

const types: readonly ConfigType[] = [
  'string',
  'number',
  'integer',
  'boolean',
  'array',
  'object',
  'file',
  'dir',
  'url',
  'secret',
]

/** Names that Python's manifests use. */
const typeAliases = {
  str: 'string',
  int: 'integer',
  float: 'number',
  bool: 'boolean',
  list: 'array',
  dict: 'object',
} as const

const fieldType = z
  .union([z.enum(types), z.enum(['str', 'int', 'float', 'bool', 'list', 'dict'])])
  .transform((name): ConfigType => (isAlias(name) ? typeAliases[name] : name))

const json: z.ZodType<JsonValue, JsonValue> = z.json()

const fieldSchema = closed({
  type: fieldType,
  default: json.exactOptional(),
  required: z.boolean().default(false),
  min: z.number().exactOptional(),
  max: z.number().exactOptional(),
  choices: z.array(json).min(1).max(100).exactOptional(),
  description: line(500).exactOptional(),
}).superRefine(checkField)

/** The fields of a plugin's configuration. */
export const configSchema: z.ZodType<Readonly<Record<string, ConfigField>>> = z
  .record(
    z
      .string()
      .max(64)
      .regex(
        /^[A-Za-z][A-Za-z0-9_.-]*$/,
        'A field starts with a letter, then has letters, digits, "_", "-" and "."',
      ),
    fieldSchema,
  )
  .refine((fields) => Object.keys(fields).length <= 200, 'A plugin has 200 fields at most')

function checkField(field: ConfigField, context: z.RefinementCtx): void {
  const { choices, default: value, max, min } = field
  if (min !== undefined && max !== undefined && min > max)
    refuse(context, {
      code: 'bad-value',
      message: `The smallest value ${min} is larger than the largest, ${max}`,
      path: ['min'],
    })
  if ((min !== undefined || max !== undefined) && !hasSize.has(field.type))
    refuse(context, {
      code: 'bad-value',
      message: `"min" and "max" say nothing of type "${field.type}"`,
      path: [min === undefined ? 'max' : 'min'],
    })
  choices?.forEach((choice, index) => {
    if (!fitsType(choice, field.type))
      refuse(context, {
        code: 'bad-value',
        message: `The choice ${JSON.stringify(choice).slice(0, 80)} is no ${field.type}`,
        path: ['choices', index],
      })
  })
  if (value === undefined) return
  const wrong = whyWrongPublicValue(value, field)
  if (wrong !== undefined)
    refuse(context, {
      code: 'bad-default',
      message: `The default ${JSON.stringify(value).slice(0, 80)} is ${wrong}`,
      path: ['default'],
    })
}

const hasSize: ReadonlySet<ConfigType> = new Set(['number', 'integer', 'string', 'array', 'secret'])

/** As {@link whyWrongValue}, for a value that stands in a manifest. */
export function whyWrongPublicValue(value: JsonValue, field: ConfigField): string | undefined {
  return field.type === 'secret'
    ? 'a secret, and a manifest is public'
    : whyWrongValue(value, field)
}

/**
 * Why a value cannot be that of a field of a plugin's configuration.
 *
 * @returns words that complete "the value is"; undefined for a good one
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { whyWrongValue } from '@mb/manifest'
 *
 * assert.equal(whyWrongValue(12, { type: 'integer', required: false, max: 10 }), 'above the largest, 10')
 * assert.equal(whyWrongValue(7, { type: 'integer', required: false, max: 10 }), undefined)
 * ```
 */
export function whyWrongValue(
  value: JsonValue,
  { choices, max, min, type }: ConfigField,
): string | undefined {
  if (!fitsType(value, type)) return `no ${type}`
  if (
    choices !== undefined &&
    !choices.some((choice) => canonicalJson(choice) === canonicalJson(value))
  )
    return 'none of the choices'
  const size = sizeOf(value)
  if (size !== undefined && min !== undefined && size < min) return `below the smallest, ${min}`
  if (size !== undefined && max !== undefined && size > max) return `above the largest, ${max}`
  return undefined
}

function sizeOf(value: JsonValue): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' || Array.isArray(value) ? value.length : undefined
}

function isAlias(name: string): name is keyof typeof typeAliases {
  return Object.hasOwn(typeAliases, name)
}
