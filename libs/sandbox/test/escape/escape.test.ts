import type { BackendName } from '@mb/sandbox'
import { expect, it } from 'vitest'
import { canRunAs, isFull, isRequired, onEveryBackend, unprivileged } from '../engine.ts'
import { attack } from './attack.ts'
import { summarise } from './summarise.ts'

const isRoot = process.getuid?.() === 0
const users = [
  { title: isRoot ? 'root' : 'this user', user: undefined, isPossible: true },
  {
    title: 'an ordinary user',
    user: unprivileged,
    isPossible: isRoot && (await canRunAs(unprivileged)),
  },
]

onEveryBackend('a hostile program', (backend) => {
  for (const { title, user, isPossible } of users)
    // A container takes half a second to start, two hundred times over.
    it.runIf(isPossible && (isFull || backend !== 'container'))(
      `of ${title} reaches nothing that it reaches without a sandbox`,
      async (context) => {
        const { outcomes, reason } = await attack(backend, { user, isSmall: !isFull })
        if (outcomes === undefined) {
          context.skip(!isRequired || mayBeClosed(backend, user), reason)
          throw new Error(`Cannot try the attacks: ${reason}`)
        }
        const broken = outcomes.filter(
          ({ verdict }) => verdict === 'escaped' || verdict === 'failed',
        )
        expect(broken).toEqual([])
        expect(summarise({ backend, user: title, outcomes }).stopped).toBeGreaterThanOrEqual(100)
      },
      300_000,
    )
})

/** An engine that root has may not be for others. */
function mayBeClosed(backend: BackendName, user: number | undefined): boolean {
  return backend === 'container' && (user ?? process.getuid?.()) !== 0
}
