import type { InstallPlan } from '@mb/plugin-core'
import type { Context } from '../../context.ts'
import type { ProgressLine } from '../../output/progress.ts'
import { text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'

/** What is to happen to the plugins that a plugin needs; and what an installation tells of them. */
export interface DependencyChoice {
  readonly dependencies: boolean
  readonly optional: boolean
  readonly onPlan: (plan: InstallPlan) => void
}

/** What the person chose about plugins that are needed. */
export function dependencyChoice(
  invocation: Invocation,
  { aside }: Pick<Context, 'aside'>,
  line: ProgressLine,
): DependencyChoice {
  let told = ''
  return {
    dependencies: !invocation.has('no-deps'),
    optional: !invocation.has('no-optional'),
    onPlan: (plan) => {
      const lines = planLines(plan, aside.style)
      // Told again when what was read in a package changed it.
      const key = JSON.stringify(plan)
      if (lines.length === 0 || key === told) return
      told = key
      line.clear()
      for (const each of lines) aside.line(each)
    },
  }
}

function planLines(
  { changes, leftOut, passedOver }: InstallPlan,
  style: Context['aside']['style'],
): readonly ReturnType<typeof text>[] {
  return [
    ...changes
      .filter(({ neededBy, from }) => neededBy.length > 0 || from !== undefined)
      .map(({ id, from, to, neededBy }) => {
        const why = neededBy.length === 0 ? '' : ` is needed by ${neededBy.join(', ')}`
        return from === undefined
          ? text`${style.faint('+')} ${style.strong(id)} ${to}${why}`
          : text`${style.faint('↑')} ${style.strong(id)} ${from} → ${to}${why}`
      }),
    ...leftOut.map(
      ({ id, by, reason }) =>
        text`${style.faint('·')} ${style.strong(id)}, of use to ${by}, is left out: ${reason}`,
    ),
    ...passedOver.map(
      ({ id, version, reason }) =>
        text`${style.faint('·')} ${style.strong(id)} ${version} is passed over: ${reason}`,
    ),
  ]
}
