import { listTemplates, type TemplateInfo } from '@mb/sdk'
import type { Output } from '../../output/output.ts'

/** Reads the templates. */
export async function run(): Promise<readonly TemplateInfo[]> {
  return listTemplates()
}

/** Shows them as a table. */
export function render(templates: readonly TemplateInfo[], output: Output): void {
  output.table(
    ['template', 'languages', 'what it gives'],
    templates.map((each) => [
      output.style.strong(each.name),
      each.languages.join(', '),
      each.summary,
    ]),
  )
}
