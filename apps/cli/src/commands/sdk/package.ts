import { resolve } from 'node:path'
import { packagePlugin } from '@mb/sdk'
import { CliError } from '../../cli-error.ts'
import type { Context } from '../../context.ts'
import { formatBytes } from '../../output/amounts.ts'
import type { Output } from '../../output/output.ts'
import type { Invocation } from '../../parse/invocation.ts'

type Packed = Awaited<ReturnType<typeof packagePlugin>>
const forms = ['zip', 'tar.gz', 'npm'] as const
type Form = (typeof forms)[number]

/** Builds, signs and packs a plugin. */
export async function run(invocation: Invocation, context: Context): Promise<Packed> {
  const output = invocation.option('output')
  return context.progress.during(
    'Packing the plugin',
    packagePlugin(resolve(context.workspace, invocation.argument('directory')), {
      forms: parseForms(invocation.option('format') ?? ''),
      home: context.home,
      ...(output === undefined ? {} : { output: resolve(context.workspace, output) }),
      ...(invocation.has('sign') ? { sign: invocation.option('sign') ?? 'default' } : {}),
      build: !invocation.has('no-build'),
      signal: context.signal,
    }),
  )
}

/** Shows what was written. */
export function render({ archives, digest, keyId, files }: Packed, output: Output): void {
  const { style } = output
  output.table(
    ['archive', 'size', 'sha256'],
    archives.map((archive) => [
      style.strong(archive.file),
      formatBytes(archive.bytes),
      archive.sha256,
    ]),
  )
  output.gap()
  output.facts([
    ['files', files],
    ['digest', digest],
    ['signed by', keyId === undefined ? style.warning('nobody: --sign signs it') : `key ${keyId}`],
  ])
}

function parseForms(text: string): readonly Form[] {
  return text.split(',').map((word) => {
    const form = forms.find((each) => each === word.trim())
    if (form !== undefined) return form
    throw new CliError('MB_CLI_VALUE', `Cannot pack as "${word}": there is no such format`, {
      hint: `Use ${forms.join(', ')}, with commas between`,
    })
  })
}
