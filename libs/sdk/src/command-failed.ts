import { SdkError } from './sdk-error.ts'
import type { CommandResult } from './run-command.ts'

/** The error for a program of the project that did not end well; what it printed last is in the details. */
export function commandFailed(
  words: readonly string[],
  directory: string,
  result: CommandResult,
  hint?: string,
): SdkError {
  const line = words.join(' ')
  const state = result.timedOut
    ? 'it was still running at its time limit'
    : `it ended with code ${result.code}`
  return new SdkError('MB_SDK_COMMAND_FAILED', `Cannot run "${line}" in "${directory}": ${state}`, {
    hint: hint ?? `Run it there to see what is wrong${lastLines(result.output)}`,
    details: { command: line, directory, exitCode: result.code, output: result.output },
  })
}

function lastLines(output: string): string {
  const lines = output.trimEnd().split('\n').slice(-12)
  return lines.join('').trim() === '' ? '' : `. It printed:\n${lines.join('\n')}`
}
