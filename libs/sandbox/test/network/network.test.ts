import { expect, it } from 'vitest'
import { canRunAs, isFull, onEachBackend, unprivileged } from '../engine.ts'
import { summarise } from '../escape/summarise.ts'
import { attackNetwork } from './attack-network.ts'

const isRoot = process.getuid?.() === 0
const users = [
  { title: isRoot ? 'root' : 'this user', user: undefined, isPossible: true },
  {
    title: 'an ordinary user',
    user: unprivileged,
    isPossible: isRoot && (await canRunAs(unprivileged)),
  },
]

onEachBackend('a hostile program with a network', (backend) => {
  for (const { title, user, isPossible } of users)
    it.runIf(isPossible && (isFull || (backend === 'bubblewrap') === (user === undefined)))(
      `of ${title} reaches nothing that its policy does not name`,
      async (context) => {
        const { outcomes, reason } = await attackNetwork(backend, { user, isSmall: !isFull })
        if (outcomes === undefined) {
          context.skip(reason)
          return
        }
        const broken = outcomes.filter(
          ({ verdict }) => verdict === 'escaped' || verdict === 'failed',
        )
        expect(broken).toEqual([])
        expect(summarise({ backend, user: title, outcomes }).stopped).toBeGreaterThanOrEqual(60)
      },
      600_000,
    )
})
