import type { RunResult, UpkeepRequest } from './run-request.ts'
import { startPlugin } from './start-plugin.ts'

/**
 * Asks a plugin what is no command: to migrate what it keeps, or for its health. Nobody waits for it at a terminal, so
 * that it has the limits of the background.
 *
 * @throws as `runPlugin()`
 */
export async function runUpkeep(request: UpkeepRequest): Promise<RunResult> {
  const { stage, params, timeoutMs } = request
  return await startPlugin(request, {
    stage,
    kept: request.kept,
    limits: { wallSeconds: Math.ceil(timeoutMs / 1000) },
    prepare: () => ({
      paths: [],
      secrets: [],
      params: () => params,
      timeoutMs: () => timeoutMs,
    }),
  })
}
