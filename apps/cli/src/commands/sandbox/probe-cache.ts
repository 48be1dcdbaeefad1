import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Context } from '../../context.ts'

/** Where the outcome of the sandbox's probes is kept; nowhere while there is no home, which is not made for it. */
export function probeCache({ home }: Context): string | undefined {
  const facts = statSync(home, { throwIfNoEntry: false })
  return facts?.isDirectory() === true ? join(home, 'cache', 'sandbox') : undefined
}
