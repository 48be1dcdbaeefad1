import type { MbError } from '@mb/kernel'
import { exitCodeOf } from './cli-error.ts'
import type { Context } from './context.ts'
import type { Output } from './output/output.ts'
import type { Invocation } from './parse/invocation.ts'

/** The code of a command: `run` gives a value, `render` shows it to people; `--json` prints the value itself. */
export interface CommandModule<Value> {
  readonly run: (invocation: Invocation, context: Context) => Promise<Value>
  readonly render: (value: Value, output: Output, context: Context) => void
  /** The exit code of a run that did not throw. @default 0 */
  readonly exitCode?: (value: Value) => number
  /** The exit code of a run that threw. @default that of the error's outcome */
  readonly failureCode?: (error: MbError) => number
}

/** What came of a command. */
export interface CommandResult {
  readonly value: unknown
  readonly exitCode: number
  readonly render: (output: Output) => void
}

/** A command whose code is there. */
export interface LoadedCommand {
  readonly execute: (invocation: Invocation, context: Context) => Promise<CommandResult>
  readonly failureCode: (error: MbError) => number
}

/** Ties the parts of a module together, so that its value needs no name outside. */
export function loaded<Value>(module: CommandModule<Value>): LoadedCommand {
  return {
    execute: async (invocation, context) => {
      const value = await module.run(invocation, context)
      return {
        value,
        exitCode: module.exitCode?.(value) ?? 0,
        render: (output) => {
          module.render(value, output, context)
        },
      }
    },
    failureCode: (error) => module.failureCode?.(error) ?? exitCodeOf(error.outcome),
  }
}
