import type { JsonValue } from '@mb/kernel'
import type { Problem } from './finding.ts'
import { isList, isObject, type JsonObject } from './json-object.ts'

/** What a keyword of JSON Schema is called among the fields of a configuration. */
const keywords: Readonly<Record<string, string>> = {
  type: 'type',
  default: 'default',
  description: 'description',
  title: 'description',
  minimum: 'min',
  minLength: 'min',
  minItems: 'min',
  maximum: 'max',
  maxLength: 'max',
  maxItems: 'max',
  enum: 'choices',
}

// They say nothing of a value.
const remarks: ReadonlySet<string> = new Set([
  '$schema',
  '$id',
  '$comment',
  'title',
  'description',
  'examples',
  'type',
  'properties',
  'required',
])

/** Where a keyword belongs, seen from its field. */
export function keywordTarget(keyword: string): string {
  return (Object.hasOwn(keywords, keyword) ? keywords[keyword] : undefined) ?? keyword
}

/** Whether a configuration's fields are given as a JSON Schema: no field is called so, since a field is no text. */
export function isJsonSchema(value: JsonValue | undefined): value is JsonObject {
  return isObject(value) && value['type'] === 'object' && isObject(value['properties'])
}

/** The fields that a JSON Schema describes; what of it the host does not check is a warning. */
export function fieldsOfJsonSchema(schema: JsonObject): {
  readonly fields: JsonObject
  readonly problems: readonly Problem[]
} {
  const problems = Object.entries(schema).flatMap(([keyword, value]) =>
    // A field that is not declared is refused in any case.
    remarks.has(keyword) || (keyword === 'additionalProperties' && value === false)
      ? []
      : [unchecked(keyword, ['configSchema', keyword])],
  )
  const { properties, required } = schema
  const names = isList(required) ? required : []
  const fields: Record<string, JsonValue> = {}
  for (const [name, property] of Object.entries(isObject(properties) ? properties : {})) {
    const field = isObject(property) ? readField(property) : { value: property, unread: [] }
    problems.push(
      ...field.unread.map((keyword) => unchecked(keyword, ['configSchema', name, keyword])),
    )
    fields[name] =
      isObject(field.value) && names.includes(name)
        ? { ...field.value, required: true }
        : field.value
  }
  return { fields, problems }
}

function readField(property: JsonObject): {
  readonly value: JsonValue
  readonly unread: readonly string[]
} {
  const value: Record<string, JsonValue> = {}
  const unread: string[] = []
  for (const [keyword, part] of Object.entries(property)) {
    if (keyword === 'title' && Object.hasOwn(property, 'description')) continue
    if (keyword === 'format' && (part === 'uri' || part === 'url')) value['type'] = 'url'
    else if (keyword === 'type') value['type'] ??= part
    else if (Object.hasOwn(keywords, keyword)) value[keywordTarget(keyword)] = part
    else if (!remarks.has(keyword)) unread.push(keyword)
  }
  return { value, unread }
}

function unchecked(keyword: string, path: readonly string[]): Problem {
  return {
    severity: 'warning',
    code: 'older-key',
    message: `"${keyword}" is not checked`,
    path,
    hint: 'A field has type, default, required, min, max, choices and description',
  }
}
