import type { RequirementGap } from '@mb/plugin-core'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'

/** Says which plugins lack another one from now on. */
export function showBreaks(breaks: readonly RequirementGap[], output: Output): void {
  const { style } = output
  for (const { plugin, needs, range } of breaks)
    output.line(
      text`${style.warning('!')} ${style.strong(plugin)} needs ${needs} ${range} and lacks it`,
    )
}
