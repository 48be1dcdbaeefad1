import {
  inspectBackends,
  inspectMachine,
  openSandbox,
  type BackendReport,
  type MachineReport,
  type Receipt,
} from '@mb/sandbox'
import { readMinimum } from '../../configuration.ts'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import { text, type Style, type Text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { tryConnections, type ConnectionReport } from './try-connections.ts'
import { showMachine } from './machine-screen.ts'
import { showReceipt } from './receipt-screen.ts'

/** What this machine can do. */
interface Diagnosis {
  /** Whether something here proves what the settings ask for. */
  readonly ok: boolean
  /** The strongest first. */
  readonly backends: readonly BackendReport[]
  readonly machine: MachineReport
  /** Whether a command can be held to hosts, by what is in use. */
  readonly connections: ConnectionReport
  readonly receipt: Receipt | null
}

/** Looks for backends, and runs a probe in the strongest. */
export async function run(_invocation: Invocation, context: Context): Promise<Diagnosis> {
  const minimum = await readMinimum(context)
  // One after the other: what has to answer within a time should not wait for all the rest.
  const looking = 'Trying what there is'
  const machine = await context.progress.during(looking, inspectMachine())
  const backends = await context.progress.during(looking, inspectBackends({ minimum }))
  const chosen = backends.find((backend) => backend.chosen)
  if (chosen === undefined) return { ok: false, backends, machine, ...nothing }
  // Without a cache the probes run anew: this is a diagnosis.
  await using sandbox = await openSandbox({ policy: {}, minimum, backend: chosen.backend })
  const { receipt } = await context.progress.during(
    'Probing the sandbox',
    sandbox.run('true', [], { signal: context.signal }),
  )
  const connections = await tryConnections(chosen.backend, minimum)
  return { ok: true, backends, machine, connections, receipt }
}

const nothing = {
  connections: { usable: false, reason: 'there is no jail that could be held to hosts' },
  receipt: null,
} as const

/** Shows the ladder of backends, what would make it better, and the receipt. */
export function render(
  { ok, backends, machine, connections, receipt }: Diagnosis,
  output: Output,
): void {
  const { style } = output
  output.table(
    ['backend', 'level', 'state', 'version'],
    backends.map((backend) => [
      style.strong(backend.backend),
      backend.level,
      stateOf(backend, style),
      backend.version ?? '',
    ]),
  )
  output.gap()
  showMachine(machine, output, [['connections', wordsOn(connections)]])
  const missing = backends.filter(({ usable }) => !usable)
  if (missing.length > 0) output.gap()
  output.facts(missing.map(({ backend, reason }) => [backend, reason]))
  showBetter({ backends, machine }, output)
  output.gap()
  if (receipt !== null) showReceipt(receipt, output)
  if (ok) return
  output.line(
    text`${style.bad('Nothing here proves what isolation.minimum asks for, so that no plugin will run.')}`,
  )
  const weaker = backends.find(({ usable }) => usable)
  if (weaker !== undefined)
    output.line(
      text`Level ${weaker.level} works, by ${weaker.backend}: mb sandbox run --level ${weaker.level}, or isolation.minimum in your settings.`,
    )
}

function wordsOn(connections: ConnectionReport): string {
  return connections.usable
    ? 'by a proxy, to the hosts that are named with --net'
    : `none: ${connections.reason}`
}

/** What to install or to allow for what is better than what is in use, the next one first. */
function showBetter(
  { backends, machine }: Pick<Diagnosis, 'backends' | 'machine'>,
  output: Output,
): void {
  const { style } = output
  const inUse = backends.findIndex(({ chosen }) => chosen)
  const better = backends.slice(0, inUse === -1 ? backends.length : inUse).toReversed()
  if (better.length === 0) return
  const fixes = new Map<string, string>()
  for (const { backend, fix } of better)
    if (fix !== undefined && !fixes.has(fix)) fixes.set(fix, backend)
  const { fix } = machine.userNamespaces
  if (fix !== undefined && !fixes.has(fix)) fixes.set(fix, 'user namespaces')
  for (const [steps, what] of fixes) {
    output.gap()
    output.line(text`${style.name('for')} ${style.strong(what)}`)
    output.text(steps)
  }
}

function stateOf({ chosen, usable }: BackendReport, style: Style): Text {
  if (chosen) return style.good('in use')
  return usable ? style.good('usable') : style.warning('not usable')
}

/** Refused, when nothing can be run safely. */
export function exitCode({ ok }: Diagnosis): number {
  return ok ? 0 : 3
}
