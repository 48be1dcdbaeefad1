import { inspectBackends, openSandbox, type BackendReport, type Receipt } from '@mb/sandbox'
import { readMinimum } from '../../configuration.ts'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { showReceipt } from './receipt-screen.ts'
import { text, type Style, type Text } from '../../output/style.ts'

/** What this machine can do. */
interface Diagnosis {
  readonly ok: boolean
  readonly backends: readonly BackendReport[]
  readonly receipt: Receipt | null
}

/** Looks for backends, and runs a probe in the strongest. */
export async function run(_invocation: Invocation, context: Context): Promise<Diagnosis> {
  const backends = await inspectBackends()
  if (!backends.some((backend) => backend.usable)) return { ok: false, backends, receipt: null }
  // Without a cache the probes run anew: this is a diagnosis.
  await using sandbox = await openSandbox({ policy: {}, minimum: await readMinimum(context) })
  const { receipt } = await context.progress.during(
    'Probing the sandbox',
    sandbox.run('true', [], { signal: context.signal }),
  )
  return { ok: true, backends, receipt }
}

/** Shows the ladder of backends and the receipt. */
export function render({ ok, backends, receipt }: Diagnosis, output: Output): void {
  const { style } = output
  output.table(
    ['backend', 'level', 'state', 'version', ''],
    backends.map((backend) => [
      style.strong(backend.backend),
      backend.level,
      stateOf(backend, style),
      backend.version ?? '',
      [backend.reason, backend.fix].filter((part) => part !== undefined).join(': '),
    ]),
  )
  output.gap()
  if (receipt !== null) showReceipt(receipt, output)
  if (!ok)
    output.line(text`${style.bad('Nothing here can confine a plugin, so that none will run.')}`)
}

function stateOf({ chosen, usable }: BackendReport, style: Style): Text {
  if (chosen) return style.good('in use')
  return usable ? style.good('usable') : style.warning('not usable')
}

/** Refused, when nothing can be run safely. */
export function exitCode({ ok }: Diagnosis): number {
  return ok ? 0 : 3
}
