import { expect, it } from 'vitest'
import { canRunAs, isFull, isRequired, onEachBackend, unprivileged } from '../engine.ts'
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

// The proxy is the same everywhere; what differs is the way to it.
const ofBackends = ['redirects', 'past the proxy', 'neighbours']

onEachBackend('a hostile program with a network', (backend) => {
  for (const { title, user, isPossible } of users)
    it.runIf(isPossible && (isFull || (backend === 'bubblewrap') === (user === undefined)))(
      `of ${title} reaches nothing that its policy does not name`,
      async (context) => {
        const isWhole = isFull || backend === 'bubblewrap'
        const areas = isWhole ? undefined : ofBackends
        const { outcomes, reason } = await attackNetwork(backend, { user, areas, isSmall: !isFull })
        if (outcomes === undefined) {
          context.skip(!isRequired, reason)
          throw new Error(`Cannot try the attacks: ${reason}`)
        }
        const broken = outcomes.filter(
          ({ verdict }) => verdict === 'escaped' || verdict === 'failed',
        )
        expect(broken).toEqual([])
        const { stopped } = summarise({ backend, user: title, outcomes })
        expect(stopped).toBeGreaterThanOrEqual(isWhole ? 100 : 20)
      },
      600_000,
    )
})
