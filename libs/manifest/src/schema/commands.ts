import type { JsonValue } from '@mb/kernel'
import { z } from 'zod'
import type {
  ArgumentDeclaration,
  CommandDeclaration,
  OptionDeclaration,
  ValueDeclaration,
} from '../manifest.ts'
import { closed } from './closed.ts'
import { fitsType } from './fits-type.ts'
import { refuse } from './refuse.ts'
import { line, word } from './texts.ts'

const valueType = z.enum(['string', 'number', 'integer', 'boolean', 'file', 'dir', 'url', 'secret'])

const json: z.ZodType<JsonValue, JsonValue> = z.json()

const shared = {
  name: word,
  summary: line(200).exactOptional(),
  type: valueType.default('string'),
  required: z.boolean().default(false),
  choices: z.array(z.string().min(1).max(200)).min(1).max(100).exactOptional(),
  default: json.exactOptional(),
  access: z.enum(['read', 'write']).exactOptional(),
}

const argument = closed({ ...shared, variadic: z.boolean().default(false) }).superRefine(
  (value, context) => checkValue(value, value.variadic, context),
)

const option = closed({
  ...shared,
  short: z
    .string()
    .regex(/^[A-Za-z0-9]$/, 'A short name is one letter or digit')
    .exactOptional(),
}).superRefine((value, context) => checkValue(value, false, context))

/** The commands of a plugin. */
export const commands: z.ZodType<readonly CommandDeclaration[]> = z
  .array(
    closed({
      name: word,
      summary: line(200),
      arguments: z.array(argument).max(32).default([]),
      options: z.array(option).max(64).default([]),
    }).superRefine((command, context) => {
      checkOrder(command.arguments, context)
      checkUnique(command.arguments, 'name', 'argument', ['arguments'], context)
      checkUnique(command.options, 'name', 'option', ['options'], context)
      checkUnique(command.options, 'short', 'short name', ['options'], context)
    }),
  )
  .max(200)
  .superRefine((list, context) => checkUnique(list, 'name', 'command', [], context))

function checkValue(value: ValueDeclaration, isList: boolean, context: z.RefinementCtx): void {
  if (value.access !== undefined && value.type !== 'file' && value.type !== 'dir')
    refuse(context, {
      code: 'bad-value',
      message: `"access" is about files and folders, and this is of type "${value.type}"`,
      path: ['access'],
      hint: 'Use type file or dir, or leave "access" out',
    })
  if (value.choices !== undefined && value.type !== 'string')
    refuse(context, {
      code: 'bad-value',
      message: `"choices" are texts, and this is of type "${value.type}"`,
      path: ['choices'],
    })
  if (value.default === undefined) return
  if (value.required)
    refuse(context, {
      code: 'bad-default',
      message: 'This is required, so its default is never used',
      path: ['default'],
      hint: 'Leave out "required" or "default"',
    })
  // A default for what the person has to name would be a grant that nobody gave.
  if (value.type === 'secret' || value.type === 'file' || value.type === 'dir')
    refuse(context, {
      code: 'bad-default',
      message: `What is of type "${value.type}" is named by the person: it has no default`,
      path: ['default'],
    })
  else if (!fitsDefault(value, isList))
    refuse(context, {
      code: 'bad-default',
      message: `The default ${JSON.stringify(value.default).slice(0, 80)} is no ${value.choices === undefined ? value.type : `choice: ${value.choices.join(', ')}`}`,
      path: ['default'],
    })
}

function fitsDefault(declaration: ValueDeclaration, isList: boolean): boolean {
  const { choices, default: value } = declaration
  if (value === undefined) return true
  const items: readonly JsonValue[] = isList ? (isArray(value) ? value : []) : [value]
  if (isList && !isArray(value)) return false
  return items.every(
    (item) =>
      fitsType(item, declaration.type) &&
      (choices === undefined || (typeof item === 'string' && choices.includes(item))),
  )
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function checkOrder(list: readonly ArgumentDeclaration[], context: z.RefinementCtx): void {
  list.forEach((each, index) => {
    const path = ['arguments', index]
    if (each.variadic && index < list.length - 1)
      refuse(context, {
        code: 'bad-value',
        message: `The argument "${each.name}" takes all words that are left, so it has to be the last`,
        path,
      })
    const before = list[index - 1]
    if (each.required && before?.required === false)
      refuse(context, {
        code: 'bad-value',
        message: `The required argument "${each.name}" stands after "${before.name}", which may be left out`,
        path,
        hint: 'Put required arguments first',
      })
  })
}

function checkUnique(
  list: readonly (CommandDeclaration | ValueDeclaration | OptionDeclaration)[],
  key: 'name' | 'short',
  what: string,
  path: readonly string[],
  context: z.RefinementCtx,
): void {
  const seen = new Set<string>()
  list.forEach((each, index) => {
    const value = key === 'name' ? each.name : 'short' in each ? each.short : undefined
    if (value === undefined) return
    if (seen.has(value))
      refuse(context, {
        code: 'duplicate-name',
        message: `The ${what} "${value}" stands here twice`,
        path: [...path, index, key],
      })
    seen.add(value)
  })
}
