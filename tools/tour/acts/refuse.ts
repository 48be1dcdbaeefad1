import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { setTraps, type Caught, type Traps } from '../evidence.ts'
import { must } from '../must.ts'
import type { Ground } from '../prepare.ts'
import { runProgram } from '../run-program.ts'
import type { Act, Refusal } from '../tour-result.ts'

/** Runs a plugin that reaches for more than it asked for: first unprotected, then in the jail. */
export const refuse: Act = async (tour) => {
  const { ground, screen } = tour
  const { user } = ground
  const source = join(ground.folder, 'nosy')
  await cp(join(ground.repository, 'tools', 'tour', 'nosy'), source, { recursive: true })
  await using traps = await setTraps(user.home, ground.folder)
  const parameters = [traps.keyFile, String(traps.port), traps.marker]

  screen.note('First the control: the same plugin, run as programs usually are.')
  const control = await runUnprotected(ground, source, traps)
  if (!control.read || !control.connected || !control.started) {
    throw new Error(
      `Cannot trust the traps: without a sandbox they caught ${JSON.stringify(control)}`,
    )
  }
  screen.note('It read the key, reached the listener and started a program. Now in the jail:')

  screen.command('mb plugin install ./nosy --yes && mb snoop ~/.ssh/id_ed25519 …')
  await must(user.mb(['plugin', 'install', source, '--yes'], ground.folder))
  const jailed = await must(user.mb(['snoop', ...parameters, '--json'], ground.folder))
  const caught = await traps.spring(jailed.stdout + jailed.stderr)
  const answer: unknown = JSON.parse(jailed.stdout)
  tour.receipt = member(answer, 'receipt')
  tour.refused.push(...refusals(caught, traps))
  for (const each of tour.refused) {
    screen.note(`refused ${each.capability.padEnd(13)} ${each.target}: ${each.evidence}`)
  }
  assertTried(member(answer, 'value'))
  if (tour.refused.length < 3)
    throw new Error(`Cannot see three refusals: caught ${JSON.stringify(caught)}`)
  return `three things that it did not ask for, none of which happened (jail: ${String(member(tour.receipt, 'backend'))})`
}

async function runUnprotected(ground: Ground, source: string, traps: Traps): Promise<Caught> {
  const parameters = JSON.stringify({ key: traps.keyFile, port: traps.port, marker: traps.marker })
  const driver = join(ground.repository, 'tools', 'tour', 'unprotected.mjs')
  const outcome = await must(
    runProgram(process.execPath, [driver, join(source, 'plugin.mjs'), 'snoop', parameters], {
      cwd: ground.folder,
      env: ground.user.env,
    }),
  )
  return traps.spring(outcome.stdout)
}

function refusals(caught: Caught, traps: Traps): Refusal[] {
  const all = [
    [caught.read, 'fs.read', '~/.ssh/id_ed25519', 'the canary in it appears nowhere in the output'],
    [
      caught.connected,
      'net',
      `127.0.0.1:${traps.port}`,
      `the listener saw ${caught.connections} connections`,
    ],
    [
      caught.started,
      'exec',
      '/bin/sh',
      'the file that the program would have written does not exist',
    ],
  ] as const
  return all
    .filter(([happened]) => !happened)
    .map(([, capability, target, evidence]) => ({ capability, target, evidence }))
}

// A plugin that never came to its attempts would pass the traps too.
function assertTried(value: unknown): void {
  for (const name of ['read', 'connect', 'start']) {
    if (member(member(value, name), 'done') !== false) {
      throw new Error(`Cannot count on "${name}": the plugin answered ${JSON.stringify(value)}`)
    }
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
