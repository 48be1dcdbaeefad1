import type { SandboxedProcess } from '@mb/sandbox'
import { PluginError } from '../plugin-error.ts'
import { gatherOutput } from './gather-output.ts'

const maxOutputBytes = 16 * 1024 * 1024

/** What a plugin wrote, where nobody else got it. */
export interface KeptOutput {
  readonly texts: () => Promise<{ readonly stdout?: string; readonly stderr?: string }>
  /** @throws PluginError `MB_PLUGIN_LIMIT` where it wrote too much */
  readonly check: (of: { readonly id: string; readonly command?: string | undefined }) => void
}

/** Gathers what a plugin writes, and ends one that writes too much. */
export function keepOutput(started: SandboxedProcess): KeptOutput {
  const options = { maxBytes: maxOutputBytes, onTooLong: () => started.kill() }
  const stdout = started.stdout === null ? undefined : gatherOutput(started.stdout, options)
  const stderr = started.stderr === null ? undefined : gatherOutput(started.stderr, options)
  return {
    texts: async () => ({
      ...(stdout === undefined ? {} : { stdout: await stdout.text }),
      ...(stderr === undefined ? {} : { stderr: await stderr.text }),
    }),
    check: ({ id, command }) => {
      if (stdout?.isTooLong !== true && stderr?.isTooLong !== true) return
      throw new PluginError(
        'MB_PLUGIN_LIMIT',
        `Cannot run ${command === undefined ? '' : `command "${command}" of `}plugin "${id}": it wrote more than ${maxOutputBytes} bytes`,
        {
          hint: 'Run it in a terminal, or let it write a file',
          details: { plugin: id, command, limit: 'output' },
        },
      )
    },
  }
}
