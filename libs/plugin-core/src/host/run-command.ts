import { errorCode } from '@mb/kernel'
import { isReplaced, prepareRun } from '../install/prepare-run.ts'
import type { RunResult } from '../run/run-request.ts'
import { counted } from '../store/counted.ts'
import type { HostContexts } from './host-contexts.ts'
import type { HostRunOptions } from './host-options.ts'

/** A command of a plugin that is to be run. */
export interface CommandRun {
  readonly command: string
  readonly options: HostRunOptions
}

// Whoever replaces it for ever is not run after.
const mostReplaced = 3

/** Runs a command of a plugin, as it is installed when its files are looked at. */
export async function runCommand(
  name: string,
  { command, options }: CommandRun,
  contexts: HostContexts,
  retries: number = mostReplaced,
): Promise<RunResult> {
  const { layout } = contexts
  const { signal } = options
  const plugin = await prepareRun(name, layout, signal)
  const { runPlugin } = await import('../run/run-plugin.ts')
  const running = contexts.running()
  try {
    return await counted({ id: plugin.id, layout, clock: running.clock, signal }, () =>
      runPlugin({ ...options, ...plugin, ...running, command }),
    )
  } catch (error) {
    // Nothing of it has run yet, so that what replaced it can be run instead.
    const isOther = errorCode(error) === 'MB_PLUGIN_TAMPERED' && isReplaced(plugin, layout)
    if (!isOther || retries === 0) throw error
    return await runCommand(name, { command, options }, contexts, retries - 1)
  }
}
