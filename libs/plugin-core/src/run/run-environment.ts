import type { Permissions } from '@mb/manifest'
import { cookieVariable } from '../protocol/index.ts'

/** What a program needs to write well to a terminal, and no secret. */
const harmless = [
  'TERM',
  'COLORTERM',
  'COLUMNS',
  'LINES',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'NO_COLOR',
  'FORCE_COLOR',
]

/** The environment of a plugin, made from nothing: what was granted by name, and what terminals need. */
export function runEnvironment(
  permissions: Permissions,
  cookie: string,
  host: NodeJS.ProcessEnv,
): Readonly<Record<string, string>> {
  const names = [...harmless, ...permissions.env.map(({ name }) => name)]
  const given = names.flatMap((name) => {
    const value = host[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(given), [cookieVariable]: cookie }
}

/** The values that were granted from the environment: nothing that is logged may show them. */
export function grantedValues(
  permissions: Permissions,
  host: NodeJS.ProcessEnv,
): readonly string[] {
  return permissions.env.flatMap(({ name }) => host[name] ?? [])
}
