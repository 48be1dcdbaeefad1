import type { SandboxLimits } from '@mb/sandbox'
import { riskMark } from '../../consent/consent-screen.ts'
import type { Output } from '../../output/output.ts'
import { text, type Text } from '../../output/style.ts'
import type { ExplainedRequest, Refusal } from './grants.ts'
import { limitLines } from './limit-words.ts'

/** Shows what a request grants, the gravest first, what is hidden, and what is refused. */
export function showRequest(
  explained: ExplainedRequest,
  limits: SandboxLimits,
  output: Output,
): void {
  const { style } = output
  const { grants, denied } = explained
  if (grants.length === 0) output.line('It grants nothing.')
  else output.line('It lets a command:')
  output.rows(
    grants.map(({ risk, words, refusal }): readonly Text[] => [
      '',
      riskMark(risk, style),
      refusal === undefined ? words : text`${words} ${style.bad('(refused)')}`,
    ]),
  )
  if (denied.length > 0) output.line(text`Hidden from it: ${denied.join(', ')}`)
  const bounds = limitLines(limits)
  if (bounds.length > 0) output.line(text`Ended when it passes: ${bounds.join(', ')}`)
  for (const { message, hint } of refusals(explained)) {
    output.line(text`${style.bad('refused')} ${message}`)
    if (hint !== undefined) output.line(text`${style.name('hint')}    ${hint}`)
  }
  output.line(total(explained))
}

function refusals({ grants, refusal }: ExplainedRequest): readonly Refusal[] {
  return [...grants.map((grant) => grant.refusal), refusal].filter((each) => each !== undefined)
}

function total({ grants, totals }: ExplainedRequest): string {
  const parts = (['critical', 'high', 'medium', 'low'] as const).flatMap((risk) =>
    totals[risk] === 0 ? [] : [`${totals[risk]} ${risk}`],
  )
  const sum = `${grants.length} ${grants.length === 1 ? 'grant' : 'grants'}`
  return [
    [sum, parts.join(', ')].filter((part) => part !== '').join(': '),
    totals.refused === 0 ? 'none refused' : `${totals.refused} refused`,
  ].join('; ')
}
