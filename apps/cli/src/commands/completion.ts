import { completionScript, isShell } from '../completion/scripts.ts'
import type { Output } from '../output/output.ts'
import type { Invocation } from '../parse/invocation.ts'

/** The script of a shell. */
interface Completion {
  readonly shell: string
  readonly script: string
}

/** Gives the script; the plain form is answered by the router before this is loaded. */
export async function run(invocation: Invocation): Promise<Completion> {
  const shell = invocation.argument('shell')
  if (!isShell(shell)) throw new TypeError(`Cannot complete in "${shell}": it was not offered`)
  return { shell, script: completionScript(shell) }
}

/** Prints the script. */
export function render({ script }: Completion, output: Output): void {
  output.text(script)
}
