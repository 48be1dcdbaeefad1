import { complete, completionText, type Completion } from '../completion/complete.ts'
import type { Context } from '../context.ts'
import type { Output } from '../output/output.ts'
import type { Invocation } from '../parse/invocation.ts'
import { readSettings } from './marketplace/settings.ts'

/** Completes what is about marketplaces; everything else is answered by the router before this is loaded. */
export async function run(invocation: Invocation, context: Context): Promise<Completion> {
  const { repositories } = await readSettings(context)
  const names = repositories.map(({ name }) => name)
  return complete(invocation.rest('words'), context.catalogue, names)
}

/** Prints it as the scripts of the shells read it. */
export function render(completion: Completion, output: Output): void {
  output.text(completionText(completion))
}
