import type { JsonValue } from '@mb/kernel'
import type { ConfigType } from '../manifest.ts'

/** Whether a value is of a declared type. */
export function fitsType(value: JsonValue, type: ConfigType): boolean {
  switch (type) {
    case 'number':
      return typeof value === 'number'
    case 'integer':
      return Number.isSafeInteger(value)
    case 'boolean':
      return typeof value === 'boolean'
    case 'url':
      return typeof value === 'string' && URL.canParse(value)
    case 'array':
      return Array.isArray(value)
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    case 'string':
    case 'file':
    case 'dir':
    case 'secret':
      return typeof value === 'string'
  }
}
