import type { MbError } from '@mb/kernel'
import { SandboxError } from '@mb/sandbox'
import { explainRequest, type Asker } from './grants.ts'
import type { JailRequest } from './jail-request.ts'

/** The refusal of a request, which says of how many other things in it that they are refused too. */
export async function withOtherRefusals(
  refusal: MbError,
  request: JailRequest,
  asker: Asker,
): Promise<MbError> {
  const { grants } = await explainRequest(request, asker)
  const others = grants
    .map((grant) => grant.refusal)
    .filter((each) => each !== undefined)
    .filter(({ message }) => message !== refusal.message)
  if (others.length === 0) return refusal
  return new SandboxError(
    'MB_SANDBOX_POLICY',
    `${refusal.message}; and ${others.length} more cannot be granted`,
    {
      hint: 'Add --dry-run to see each of them',
      details: { ...refusal.details, others: others.map(({ message }) => message) },
      cause: refusal,
    },
  )
}
