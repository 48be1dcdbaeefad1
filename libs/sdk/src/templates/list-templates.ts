/** A kind of plugin to start from. */
export interface TemplateInfo {
  readonly name: string
  /** One line about what it makes. */
  readonly summary: string
  /** What a plugin made from it says of itself, unless told otherwise. */
  readonly description: string
  readonly languages: readonly string[]
}

const templates: readonly TemplateInfo[] = [
  {
    name: 'basic',
    summary: 'One command that prints the outline of a Markdown file; needs no permission',
    description: 'Prints the outline of a Markdown file, with word counts',
    languages: ['typescript'],
  },
]

/** The templates that this version ships, in the order to show them in. */
export function listTemplates(): readonly TemplateInfo[] {
  return templates
}
