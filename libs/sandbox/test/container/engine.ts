import { inspectBackends } from '@mb/sandbox'
import { findEngine, runEngine } from '../../src/backends/container/engine.ts'
import { isRequired } from '../engine.ts'

const [report] = await inspectBackends({ backends: ['container'] })

/** Whether there is an engine for containers, or has to be. */
export const isRunnable: boolean = report?.usable === true || isRequired
if (!isRunnable)
  process.stderr.write(`Skipping what needs container: ${report?.reason ?? 'unknown'}\n`)

/** Containers of this process that the engine knows of. */
export async function running(): Promise<readonly string[]> {
  const engine = await findEngine()
  const names = await runEngine(engine, ['ps', '--all', '--format', '{{.Names}}'])
  return names.split('\n').filter((name) => name.startsWith(`mb-sandbox-${process.pid}-`))
}
