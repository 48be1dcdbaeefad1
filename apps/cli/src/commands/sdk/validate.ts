import { resolve } from 'node:path'
import { validatePlugin } from '@mb/sdk'
import type { Context } from '../../context.ts'
import type { Output } from '../../output/output.ts'
import type { Invocation } from '../../parse/invocation.ts'
import { text } from '../../output/style.ts'

type Validation = Awaited<ReturnType<typeof validatePlugin>>

/** Checks a plugin. */
export async function run(invocation: Invocation, context: Context): Promise<Validation> {
  return validatePlugin(resolve(context.workspace, invocation.argument('plugin')), {
    signal: context.signal,
  })
}

/** Shows what was found, and a verdict. */
export function render({ ok, findings }: Validation, output: Output): void {
  const { style } = output
  for (const finding of findings) {
    const mark = finding.severity === 'error' ? style.bad('error') : style.warning('warning')
    const place = [finding.file, finding.line, finding.column]
      .filter((part) => part !== undefined)
      .join(':')
    output.line(
      text`${mark} ${place === '' ? '' : `${place} `}${finding.message} ${style.faint(`(${finding.id})`)}`,
    )
    if (finding.hint !== undefined) output.line(text`  ${style.name('hint')} ${finding.hint}`)
  }
  const errors = findings.filter((finding) => finding.severity === 'error').length
  if (ok) output.line(text`${style.good('✓')} The plugin is valid`)
  else output.line(text`${style.bad('✗')} ${errors} to put right`)
}

/** Failed, when something has to be put right. */
export function exitCode({ ok }: Validation): number {
  return ok ? 0 : 1
}
