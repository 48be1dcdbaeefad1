import { create, pack, sign, test, validate } from './acts/author.ts'
import { refuse } from './acts/refuse.ts'
import { publish } from './acts/publish.ts'
import { update } from './acts/update.ts'
import { install, run, search } from './acts/user.ts'
import type { Ground } from './prepare.ts'
import type { Screen } from './screen.ts'
import type { Act, Step, Tour, TourResult } from './tour-result.ts'

const acts: readonly (readonly [name: string, act: Act])[] = [
  ['create', create],
  ['validate', validate],
  ['test', test],
  ['package', pack],
  ['sign', sign],
  ['publish', publish],
  ['search', search],
  ['install', install],
  ['run', run],
  ['update', update],
  ['refuse', refuse],
]

/** Goes the whole way; stops at the first step that fails, and before the next one once the signal is there. */
export async function walk(
  ground: Ground,
  screen: Screen,
  signal: AbortSignal,
): Promise<TourResult> {
  const tour: Tour = { ground, screen, refused: [], receipt: null }
  const steps: Step[] = []
  for (const [name, act] of acts) {
    signal.throwIfAborted()
    const started = performance.now()
    const ms = (): number => Math.round(performance.now() - started)
    try {
      const what = await act(tour)
      steps.push({ name, ok: true, ms: ms() })
      screen.done(name, what, ms())
    } catch (error) {
      steps.push({ name, ok: false, ms: ms() })
      screen.failed(name, error instanceof Error ? error.message : String(error))
      break
    }
  }
  return { steps, refused: tour.refused, receipt: tour.receipt, marketplace: ground.marketplace }
}

/** Whether every step was gone, and enough was refused to believe the last one. */
export function passed({ steps, refused }: TourResult): boolean {
  return steps.length === acts.length && steps.every((step) => step.ok) && refused.length >= 3
}
