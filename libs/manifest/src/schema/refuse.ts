import type { z } from 'zod'
import type { ManifestFindingCode } from '../reading/finding.ts'

/** What a check of ours says beside its message; see {@link refuse}. */
export interface Refusal {
  readonly code: ManifestFindingCode
  readonly hint?: string | undefined
}

/** Reports that a value breaks a rule that zod does not have. */
export function refuse(
  context: z.RefinementCtx,
  refusal: Refusal & {
    readonly message: string
    readonly path?: readonly (string | number)[]
  },
): void {
  const { code, hint, message, path = [] } = refusal
  context.addIssue({ code: 'custom', message, path: [...path], params: { code, hint } })
}
