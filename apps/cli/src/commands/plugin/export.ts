import type { ExportedPlugins } from '@mb/plugin-core'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { openHost } from './host.ts'

/** Writes down what is installed. */
export async function run(invocation: Invocation, context: Context): Promise<ExportedPlugins> {
  await using host = await openHost(context)
  return await context.progress.during(
    'Exporting',
    host.export(invocation.argument('file'), {
      withPackages: invocation.has('with-packages'),
      force: invocation.has('force'),
      signal: context.signal,
    }),
  )
}

/** Says where it lies. */
export function render({ file, packages, plugins, linked }: ExportedPlugins, output: Output): void {
  const { style } = output
  const count = plugins.length === 1 ? '1 plugin' : `${plugins.length} plugins`
  output.line(text`${style.good('✓')} Exported ${count} to ${style.strong(file)}`)
  if (packages !== undefined)
    output.line(text`  Their archives are in ${packages}: take both along, side by side`)
  for (const id of linked)
    output.line(
      text`${style.warning('!')} ${id} runs in the folder of whoever writes it, and was left out`,
    )
}
