import type { ValidateResult } from '@mb/marketplace-protocol'
import { showFindings } from '../../output/findings.ts'
import type { Output } from '../../output/output.ts'
import { text } from '../../output/style.ts'

/** Shows whether a marketplace would take a package, and why not. */
export function showValidation(
  result: ValidateResult & { readonly repository: string },
  output: Output,
): void {
  const { style } = output
  const { ok, plugin, version = '', repository, reasons, warnings } = result
  const name = plugin === undefined ? 'it' : text`${style.strong(plugin)} ${version}`
  if (ok) output.line(text`${style.good('✓')} ${repository} would take ${name}`)
  else output.line(text`${style.bad('✗')} ${repository} would reject ${name}`)
  showFindings(reasons, output)
  if (warnings.length > 0) output.line('It warns:')
  showFindings(warnings, output)
}
