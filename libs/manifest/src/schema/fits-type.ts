import type { JsonValue } from '@mb/kernel'
import type { ConfigType } from '../manifest.ts'

/** Whether a value is of a declared type. */
export function fitsType(value: JsonValue, type: ConfigType): boolean {
  return checks[type](value)
}

const isText = (value: JsonValue): boolean => typeof value === 'string'

const checks: Readonly<Record<ConfigType, (value: JsonValue) => boolean>> = {
  string: isText,
  file: isText,
  dir: isText,
  secret: isText,
  url: (value) => typeof value === 'string' && URL.canParse(value),
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isSafeInteger(value),
  boolean: (value) => typeof value === 'boolean',
  array: (value) => Array.isArray(value),
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
}
