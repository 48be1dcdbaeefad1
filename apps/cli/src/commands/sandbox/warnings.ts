import type { Context } from '../../context.ts'
import { text } from '../../output/style.ts'
import { askerOf } from './asker.ts'
import type { JailRequest } from './jail-request.ts'
import type { JailStrength } from './jail-strength.ts'
import { withoutLinks } from './without-links.ts'

/** What is to be run, and how. */
interface Started {
  readonly request: JailRequest
  readonly strength: JailStrength
  /** Variables that it was to get with the person's value, where there is none. */
  readonly unset: readonly string[]
}

/** Says, on every run, what a person should not forget that they allowed. */
export async function warnAbout(
  { request, strength, unset }: Started,
  context: Context,
): Promise<void> {
  const { aside } = context
  const warn = (warning: string): void =>
    aside.line(text`${aside.style.warning('warning')} ${warning}`)
  if (strength.backend === 'none')
    warn('Nothing confines this command: it has all rights that you have (--backend none)')
  for (const name of unset) warn(`The command gets no variable ${name}: it is not set here`)
  if (request.dangerous.length === 0) return
  const { describePathGrant } = await import('./grant-words.ts')
  for (const path of request.dangerous) {
    const { words } = describePathGrant(withoutLinks(path), 'read', askerOf(context))
    warn(`The policy lets it: ${words}`)
  }
}
