import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'
import type { DryRun } from './dry-run.ts'
import { showRequest } from './grants-screen.ts'

/** Shows the jail that a command would run in. */
export function showDryRun(planned: DryRun, output: Output): void {
  const { style } = output
  output.line(text`${style.strong('would run')} ${planned.command.join(' ')}`)
  output.facts([
    ['in', planned.cwd],
    ['jail', planned.backend ?? 'the strongest that works here'],
    ...planned.authorities.map((file) => ['trusts', file] as const),
    ...(planned.audit === null ? [] : [['record', planned.audit] as const]),
  ])
  showRequest(planned, planned.limits, output)
}
