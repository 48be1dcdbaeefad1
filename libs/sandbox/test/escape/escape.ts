/**
 * Tries every mechanism on every backend, as root and as an ordinary user, and reports: `--report` as a table, `--json` in full. With
 * `--network` the policies have a network, and what is tried is what they do not name. `--backend NAME` and `--only TEXT` narrow it down.
 * Ends with 1 when anything escaped, or a control failed.
 */
import { parseArgs } from 'node:util'
import { backendNames } from '@mb/sandbox'
import { canRunAs, unprivileged } from '../engine.ts'
import { attackNetwork } from '../network/attack-network.ts'
import { attack } from './attack.ts'
import { printRounds, summarise, type Round } from './summarise.ts'

const { values } = parseArgs({
  options: {
    report: { type: 'boolean' },
    json: { type: 'boolean' },
    network: { type: 'boolean' },
    backend: { type: 'string' },
    only: { type: 'string' },
  },
})
const tryAll = values.network === true ? attackNetwork : attack
const rounds: Round[] = []
for (const backend of backendNames) {
  // What keeps nothing in has nothing to show.
  if (backend === 'none' || (values.backend ?? backend) !== backend) continue
  for (const { title, user } of await listUsers()) {
    process.stderr.write(`Trying on ${backend} as ${title}\n`)
    const { outcomes = [], reason } = await tryAll(backend, { user, only: values.only })
    rounds.push({ backend, user: title, outcomes, ...(reason === undefined ? {} : { reason }) })
  }
}
if (values.json === true)
  process.stdout.write(
    `${JSON.stringify(rounds.map((round) => ({ ...summarise(round), ...round })))}\n`,
  )
else process.stdout.write(`${printRounds(rounds)}\n`)
const isBroken = rounds.some(({ outcomes }) =>
  outcomes.some(({ verdict }) => verdict === 'escaped' || verdict === 'failed'),
)
process.exitCode = isBroken ? 1 : 0

async function listUsers(): Promise<readonly { readonly title: string; readonly user?: number }[]> {
  const own = process.getuid?.() ?? -1
  if (own !== 0) return [{ title: `user ${own}` }]
  const other = (await canRunAs(unprivileged))
    ? [{ title: `user ${unprivileged}`, user: unprivileged }]
    : []
  return [{ title: 'root' }, ...other]
}
