import type { JsonValue } from '@mb/kernel'
import { PluginError } from '../plugin-error.ts'

/** Whose variables are used, and where they stand. */
export interface ExpandOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly file: string
  readonly key: string
}

const variable = /\$(\$?)\{([A-Za-z_][A-Za-z0-9_]{0,127})\}/g

/**
 * Replaces `${NAME}` by what the environment has; `$${NAME}` stays as `${NAME}`.
 *
 * @throws PluginError `MB_CONFIG_VARIABLE` for a variable that is not set
 */
export function expandVariables(
  value: JsonValue,
  options: ExpandOptions,
): { readonly value: JsonValue; readonly isExpanded: boolean } {
  let isExpanded = false
  const result = expand(value)
  return { value: result, isExpanded }

  function expand(part: JsonValue): JsonValue {
    if (typeof part === 'string') return expandText(part)
    if (Array.isArray(part)) return part.map((item: JsonValue) => expand(item))
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(Object.entries(part).map(([name, item]) => [name, expand(item)]))
  }

  function expandText(text: string): string {
    return text.replace(variable, (whole, escape: string, name: string) => {
      if (escape !== '') return whole.slice(1)
      const found = Object.hasOwn(options.env, name) ? options.env[name] : undefined
      if (found === undefined) throw unset(name, options)
      isExpanded = true
      return found
    })
  }
}

function unset(name: string, { file, key }: ExpandOptions): PluginError {
  return new PluginError(
    'MB_CONFIG_VARIABLE',
    `Cannot use "${key}" of "${file}": the environment variable ${name} is not set`,
    { hint: `Set ${name}, or write the value itself`, details: { file, key, variable: name } },
  )
}
