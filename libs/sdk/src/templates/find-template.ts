import { nearestName } from '@mb/kernel'
import { SdkError } from '../sdk-error.ts'
import { listTemplates, type TemplateInfo } from './list-templates.ts'

/** A template in one of its languages. */
export interface TemplateChoice {
  readonly template: TemplateInfo
  readonly language: string
  /** The name of the folder that holds its files. */
  readonly folder: string
}

/**
 * The template of a name, in a language.
 *
 * @throws SdkError `MB_SDK_TEMPLATE_UNKNOWN`
 */
export function findTemplate(name: string, language: string): TemplateChoice {
  const template = listTemplates().find((each) => each.name === name)
  if (template === undefined) {
    const names = listTemplates().map((each) => each.name)
    throw new SdkError(
      'MB_SDK_TEMPLATE_UNKNOWN',
      `Cannot use template ${JSON.stringify(name)}: there is no such template`,
      { hint: suggestion(name, names, 'template') },
    )
  }
  if (!template.languages.includes(language)) {
    throw new SdkError(
      'MB_SDK_TEMPLATE_UNKNOWN',
      `Cannot use template "${name}" in ${JSON.stringify(language)}: it is not written in it`,
      { hint: suggestion(language, template.languages, 'language') },
    )
  }
  return { template, language, folder: `${name}-${language}` }
}

function suggestion(given: string, known: readonly string[], what: string): string {
  const nearest = nearestName(given, known)
  if (nearest !== undefined) return `Did you mean "${nearest}"?`
  return `Choose one of this version's ${what}s: ${known.join(', ')}`
}
