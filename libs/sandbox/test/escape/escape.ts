/**
 * Tries every mechanism on every backend, as root and as an ordinary user, and reports: `--report` as a table, `--json` in full.
 * `--backend NAME` and `--only TEXT` narrow it down. Ends with 1 when anything escaped, or a control failed.
 */
import { parseArgs } from 'node:util'
import { inspectBackends } from '@mb/sandbox'
import { canRunAs, unprivileged } from '../engine.ts'
import { attack } from './attack.ts'
import { printRounds, summarise, type Round } from './summarise.ts'

const { values } = parseArgs({
  options: {
    report: { type: 'boolean' },
    json: { type: 'boolean' },
    backend: { type: 'string' },
    only: { type: 'string' },
  },
})
const reports = await inspectBackends()
const rounds: Round[] = []
for (const { backend, usable, reason } of reports) {
  if (values.backend !== undefined && values.backend !== backend) continue
  for (const { title, user } of await listUsers()) {
    // What was looked at is the engine of this user: another one has none, or a service that acts for root.
    if (backend === 'container' && user !== undefined)
      rounds.push({ backend, user: title, outcomes: [], reason: 'it was not set up for this user' })
    else if (usable) {
      process.stderr.write(`Trying on ${backend} as ${title}\n`)
      rounds.push({
        backend,
        user: title,
        outcomes: await attack(backend, { user, only: values.only }),
      })
    } else
      rounds.push({ backend, user: title, outcomes: [], reason: reason ?? 'it does not work here' })
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
