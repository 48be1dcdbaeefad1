import { isMbError } from '@mb/kernel'
import { neutralText } from '@mb/manifest'
import type { Reason } from '@mb/marketplace-protocol'
import { z } from 'zod'

const maxReasons = 100
const maxLength = 400

const findingSchema = z.object({
  severity: z.string(),
  code: z.string(),
  message: z.string(),
  line: z.number().int().positive().optional(),
  column: z.number().int().positive().optional(),
  hint: z.string().optional(),
})

/** Why a package was not taken, for its author: each finding of its manifest, or the one thing that was wrong. */
export function reasonsOf(error: unknown): Reason[] {
  if (!isMbError(error)) throw error
  const findings = z.array(findingSchema).safeParse(error.details?.['findings'])
  if (findings.success && findings.data.length > 0) {
    return findings.data
      .filter(({ severity }) => severity === 'error')
      .slice(0, maxReasons)
      .map(({ code, message, line, column, hint }) => ({
        code,
        message: neutralText(message, maxLength),
        file: 'plugin.yaml',
        ...(line === undefined ? {} : { line }),
        ...(column === undefined ? {} : { column }),
        ...(hint === undefined ? {} : { help: neutralText(hint, maxLength) }),
      }))
  }
  return [
    {
      code: error.code,
      message: neutralText(error.message, maxLength),
      ...(error.hint === undefined ? {} : { help: neutralText(error.hint, maxLength) }),
    },
  ]
}
