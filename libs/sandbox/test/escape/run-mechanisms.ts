/** Tries every mechanism on one backend, as the user that it runs as, and prints what came of each as JSON. */
import { inspectBackends } from '@mb/sandbox'
import { isBackendName } from './backend-name.ts'
import { areas, withoutForms } from './list-mechanisms.ts'
import type { Mechanism, Targets } from './mechanism.ts'
import { prepareTargets } from './prepare-targets.ts'
import { tryMechanism, type Outcome } from './try-mechanism.ts'

const order: {
  backend: string
  madeByRoot?: Targets['madeByRoot']
  only?: string
  isSmall?: boolean
} = JSON.parse(process.argv[2] ?? '{}')
const { backend, madeByRoot, only, isSmall } = order
if (!isBackendName(backend)) throw new TypeError(`Cannot attack ${backend}: it is no backend`)
const report = (await inspectBackends()).find((each) => each.backend === backend)
if (report?.usable !== true)
  process.stdout.write(JSON.stringify({ reason: report?.reason ?? 'it does not work here' }))
else {
  await using targets = await prepareTargets(madeByRoot)
  const results: unknown[] = []
  for (const { area, list } of areas) {
    const mechanisms = (isSmall === true ? withoutForms(list(targets)) : list(targets)).filter(
      ({ name }) => only === undefined || name.includes(only),
    )
    // Variables of the host are those of one process.
    const isAlone = mechanisms.some(({ hostEnv }) => hostEnv !== undefined)
    const outcomes = await tryAll(mechanisms, isAlone ? 1 : 3, (mechanism) =>
      tryMechanism(mechanism, targets, backend),
    )
    results.push(...outcomes.map((outcome) => ({ area, ...outcome })))
  }
  process.stdout.write(JSON.stringify({ outcomes: results }))
}

async function tryAll(
  mechanisms: readonly Mechanism[],
  atOnce: number,
  attempt: (mechanism: Mechanism) => Promise<Outcome>,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  const waiting = mechanisms.entries()
  const work = async (): Promise<void> => {
    for (const [index, mechanism] of waiting) {
      outcomes[index] = await attempt(mechanism).catch((error: unknown): Outcome => ({
        name: mechanism.name,
        variantOf: mechanism.variantOf,
        verdict: 'failed',
        detail: error instanceof Error ? error.message : String(error),
      }))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return outcomes
}
