import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The version of this package, read from its own package.json, which stands beside `src` and `dist` alike. */
export function readVersion(): string {
  const facts: unknown = JSON.parse(
    readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'),
  )
  if (typeof facts === 'object' && facts !== null && 'version' in facts)
    return String(facts.version)
  throw new TypeError('Cannot tell the version: package.json has none')
}
