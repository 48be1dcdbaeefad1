import { basename } from 'node:path'
import type { MbError } from '@mb/kernel'
import type { Reason } from '@mb/marketplace-protocol'
import { z } from 'zod'
import { reasonsFrom } from './reason.ts'

const findingSchema = z.object({
  severity: z.string(),
  code: z.string(),
  message: z.string(),
  line: z.number().int().positive().optional(),
  column: z.number().int().positive().optional(),
  hint: z.string().optional(),
})

/**
 * Why a package was not taken, for its author: each finding of its manifest, or the one thing that was wrong.
 *
 * @param looked.directory - where the package lay, which is nobody's business
 * @param looked.manifest - the path of its manifest
 */
export function reasonsOf(
  error: MbError,
  looked: { readonly directory: string; readonly manifest: string | undefined },
): Reason[] {
  const say = (text: string): string => text.replaceAll(looked.directory, 'the package')
  const findings = z.array(findingSchema).safeParse(error.details?.['findings'])
  const errors = findings.success
    ? findings.data.filter(({ severity }) => severity === 'error')
    : []
  const file = looked.manifest === undefined ? undefined : basename(looked.manifest)
  const found = errors.map(({ code, message, line, column, hint }) => {
    return { code, message: say(message), file, line, column, help: hint && say(hint) }
  })
  const { code, message, hint } = error
  return reasonsFrom(
    found.length > 0 ? found : [{ code, message: say(message), help: hint && say(hint) }],
  )
}
