import { CliError, exitCodeOf } from './cli-error.ts'

/** A signal that aborts when the person, or the system, asks the program to stop. */
export interface Interruption extends Disposable {
  readonly signal: AbortSignal
}

/** Listens for Ctrl-C and SIGTERM. The first asks the command to end; the second ends the program at once. */
export function listenForInterruption(program: NodeJS.Process): Interruption {
  const controller = new AbortController()
  const interrupt = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) program.exit(exitCodeOf('interrupted'))
    controller.abort(new CliError('MB_CLI_INTERRUPTED', `Cannot go on: ${name} was received`))
  }
  program.on('SIGINT', interrupt)
  program.on('SIGTERM', interrupt)
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      program.off('SIGINT', interrupt)
      program.off('SIGTERM', interrupt)
    },
  }
}
