import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { root } from './workspaces.ts'

/** Variables under which Nx is silent, stays offline and leaves no process behind. */
const quietNx: Readonly<Record<string, string>> = {
  NX_DAEMON: 'false',
  NX_TUI: 'false',
  NX_NO_CLOUD: 'true',
}

const endings = ['SIGINT', 'SIGTERM'] as const

/** Runs a program, at the root unless told otherwise, with the terminal of this one; gives its exit code, 1 for a signal. */
export function runStep(
  command: string,
  parameters: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd: string = root,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, {
      cwd,
      env: { ...process.env, ...quietNx, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const stop = (signal: NodeJS.Signals): void => {
      child.kill(signal)
      // The steps that would follow are not wanted any more; it is 128 and the signal's number for a shell.
      child.once('close', () => process.exit(128 + constants.signals[signal]))
    }
    for (const signal of endings) process.once(signal, stop)
    child.once('error', reject)
    child.once('close', (code) => {
      for (const signal of endings) process.off(signal, stop)
      resolve(code ?? 1)
    })
  })
}
