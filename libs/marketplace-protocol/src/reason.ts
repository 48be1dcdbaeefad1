import { z } from 'zod'
import { wireLimits } from './limits.ts'

/** Why a package was turned down, or what whoever publishes it should know. */
export interface Reason {
  /** An `MB_…` code, or the id of a scanner's rule. */
  readonly code: string
  readonly message: string
  readonly severity?: Severity
  /** Path in the package. */
  readonly file?: string
  /** From 1. */
  readonly line?: number
  /** From 1. */
  readonly column?: number
  /** What to do about it. */
  readonly help?: string
}

/** How bad a finding is. */
export type Severity = 'info' | 'low' | 'medium' | 'high' | 'critical'

/** Schema of {@link Reason}. */
export const reasonSchema: z.ZodType<Reason> = z.object({
  code: z.string().min(1).max(64),
  message: z.string().max(2000),
  severity: z.enum(['info', 'low', 'medium', 'high', 'critical']).exactOptional(),
  file: z.string().max(1024).exactOptional(),
  line: z.int().min(1).exactOptional(),
  column: z.int().min(1).exactOptional(),
  help: z.string().max(2000).exactOptional(),
})

/** Schema of a bounded list of reasons. */
export const reasonsSchema: z.ZodType<readonly Reason[]> = z
  .array(reasonSchema)
  .max(wireLimits.reasons)
