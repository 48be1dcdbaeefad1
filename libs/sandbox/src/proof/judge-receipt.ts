import type { ReceiptItem } from '../receipt.ts'
import { SandboxError } from '../sandbox-error.ts'

/** The error for protections that were not proved, with what to do. */
export function belowMinimum(
  missing: readonly { readonly item: ReceiptItem; readonly evidence: string }[],
): SandboxError {
  const names = [...new Set(missing.map(({ item }) => item))]
  return new SandboxError(
    'MB_SANDBOX_BELOW_MINIMUM',
    `Cannot run the program: ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} not proved (${missing[0]?.evidence ?? ''})`,
    {
      hint: 'Run mb sandbox doctor to see what this machine lacks, or accept less: with another --level, or isolation.minimum in your settings',
      details: { missing },
    },
  )
}
