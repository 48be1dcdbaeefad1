import { readFileSync } from 'node:fs'
import { z } from 'zod'

const packageSchema = z.object({ version: z.string() })

/** The version of this package, read from its own package.json, which stands beside `src` and `dist` alike. */
export function readVersion(): string {
  const file = new URL('../package.json', import.meta.url)
  return packageSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).version
}
