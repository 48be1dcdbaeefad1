import type { SandboxLimits } from '@mb/sandbox'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { askerOf } from './asker.ts'
import { showRequest } from './grants-screen.ts'
import { explainRequest, isRefused, type ExplainedRequest } from './grants.ts'
import { hideOwnKeys } from './own-places.ts'
import { readPolicyFile, readPolicyText } from './policy-file.ts'

/** What a policy file comes to. */
interface Explanation extends ExplainedRequest {
  /** Whether a jail could be made of it here. */
  readonly ok: boolean
  readonly file: string
  /** Where the command starts; null where the policy does not say. */
  readonly cwd: string | null
  readonly limits: SandboxLimits
}

// As much as a file may hold.
const longestPolicyBytes = 1024 * 1024

/** Reads a policy file and says what it grants; runs nothing. */
export async function run(invocation: Invocation, context: Context): Promise<Explanation> {
  const file = invocation.argument('policy')
  const asker = askerOf(context)
  const written =
    file === '-'
      ? await readPolicyText(await context.readInput(longestPolicyBytes), asker)
      : await readPolicyFile(file, asker)
  const request = hideOwnKeys(written, context.home)
  const explained = await explainRequest(request, asker)
  const { cwd = null, limits } = request
  return { ok: !isRefused(explained), file, cwd, ...explained, limits }
}

/** Shows it, the gravest first. */
export function render(explanation: Explanation, output: Output): void {
  const { file, cwd } = explanation
  output.line(text`${output.style.strong('policy')} ${file === '-' ? 'standard input' : file}`)
  if (cwd !== null) output.facts([['starts in', cwd]])
  showRequest(explanation, explanation.limits, output)
}

/** Refused, when no jail can be made of it. */
export function exitCode({ ok }: Explanation): number {
  return ok ? 0 : 3
}
