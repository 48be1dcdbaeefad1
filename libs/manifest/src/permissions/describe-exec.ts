import type { ExecPermission } from './permissions.ts'
import { neutralText } from '../neutral-text.ts'
import type { Risk } from './risk.ts'

// Programs that run whatever they are handed: allowing one allows everything that the jail leaves.
const interpreters =
  /^(?:(?:ba|z|k|c|tc|da|fi|a)?sh|pwsh|powershell|cmd|node|bun|deno|tsx|npx|npm|pnpm|yarn|python[\d.]*|pip[\d.]*|perl|ruby|php|lua|osascript|env|xargs|find|awk|sudo|su|doas|ssh|docker|podman|systemctl|crontab|make|curl|wget|\*)(?:\.exe)?$/

/** Words and risk of one program. */
export function describeExec({ command, args }: ExecPermission): {
  readonly words: string
  readonly risk: Risk
} {
  const program = command.slice(command.lastIndexOf('/') + 1)
  const isInterpreter = interpreters.test(program)
  const shown = neutralText([command, ...(args ?? [])].join(' '))
  return {
    words: [
      command === '*' ? 'Start any program' : `Start the program ${shown}`,
      args === undefined && command !== '*' ? ' with any arguments' : '',
      isInterpreter && command !== '*' ? ' (it can run any code)' : '',
    ].join(''),
    risk: isInterpreter ? 'critical' : 'high',
  }
}
