import type { ValidateResult } from '@mb/marketplace-protocol'
import type { Context } from '../../context.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { openWithToken } from './open-marketplace.ts'
import { packSource } from './packed-source.ts'

/** What a marketplace would make of a package. */
type Validation = ValidateResult & { readonly repository: string }

/** Lets a marketplace check a package, of which it keeps nothing. */
export async function run(invocation: Invocation, context: Context): Promise<Validation> {
  const { signal } = context
  const namespace = invocation.option('namespace')
  const opened = await openWithToken(context, invocation.option('repository'))
  const repository = opened.repository.name
  await using source = await packSource(invocation, context)
  const result = await context.progress.during(
    'Asking the marketplace',
    opened.marketplace.validate(source.file, {
      ...(namespace === undefined ? {} : { namespace }),
      repository,
      signal,
    }),
  )
  return { ...result, repository }
}

export { showValidation as render } from './validation-screen.ts'

/** Failed, when it would be rejected. */
export function exitCode({ ok }: Validation): number {
  return ok ? 0 : 1
}
