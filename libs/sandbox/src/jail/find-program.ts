import { readStat } from '../machine/process-stat.ts'
import { SandboxError } from '../sandbox-error.ts'
import { isOfGone } from './gone-meanwhile.ts'
import { childrenOf } from './jail-members.ts'
import { pause } from './pause.ts'

/**
 * The program, once it has stopped at the gate: the only child of the first process inside.
 *
 * @throws SandboxError `MB_SANDBOX_FAILED`
 */
export async function findProgram(init: number): Promise<number> {
  for (let attempt = 0; attempt < 2000; attempt += 1) {
    const [pid] = childrenOf(init)
    // It says that it is ready just before it stops.
    if (pid !== undefined && isStopped(pid)) return pid
    await pause(attempt)
  }
  throw new SandboxError(
    'MB_SANDBOX_FAILED',
    'Cannot start a sandbox: its program never stopped at the gate',
  )
}

function isStopped(pid: number): boolean {
  try {
    return readStat(pid).state === 'T'
  } catch (error) {
    if (!isOfGone(error)) throw error
    return false
  }
}
