import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { SdkError } from '../sdk-error.ts'
import type { Environment } from 'nunjucks'

/** A file of a new project, not yet written. */
export interface RenderedFile {
  /** From the project's folder, with `/`. */
  readonly path: string
  readonly content: string
}

/** The values that a template may name. */
export type TemplateValues = Readonly<Record<string, string | number>>

// Each file of a template ends in this, so that no tool takes one for a file of the repository or of the package:
// npm drops a `.gitignore`, test runners and compilers pick up what ends in `.ts`.
const ending = '.njk'

/** Renders the files of a template, names and contents, in the order of their names. */
export async function renderTemplate(
  directory: string,
  values: TemplateValues,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<readonly RenderedFile[]> {
  const environment = await createEnvironment()
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const sources = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .toSorted()
  const files: RenderedFile[] = []
  for (const source of sources) {
    options.signal?.throwIfAborted()
    const text = await readFile(join(directory, source), 'utf8')
    files.push({
      path: render(environment, source, source.slice(0, -ending.length), values),
      content: render(environment, source, text, values),
    })
  }
  return files
}

/** Renders one file that belongs to no template, a licence for instance. */
export async function renderFile(file: string, values: TemplateValues): Promise<string> {
  return render(await createEnvironment(), file, await readFile(file, 'utf8'), values)
}

async function createEnvironment(): Promise<Environment> {
  // CommonJS, and slow to load: only whoever creates something pays for it.
  const { default: nunjucks } = await import('nunjucks')
  const environment = new nunjucks.Environment(null, {
    // What is written is code and prose, not HTML.
    autoescape: false,
    throwOnUndefined: true,
  })
  return environment
    .addFilter('quoted', (value: unknown) => JSON.stringify(String(value)))
    .addFilter('yaml', (value: unknown) => yamlString(String(value)))
    .addFilter('key', (value: unknown) => propertyName(String(value)))
}

/** A YAML string as a formatter writes it: in single quotes, or in double ones where that needs no escape. */
function yamlString(text: string): string {
  if (/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(text) || (text.includes("'") && !/["\\]/.test(text)))
    return JSON.stringify(text)
  return `'${text.replaceAll("'", "''")}'`
}

/** A property name as a formatter writes it: with quotes only where they are needed. */
function propertyName(text: string): string {
  return /^[a-z_$][\w$]*$/i.test(text) ? text : `'${text}'`
}

function render(
  environment: Environment,
  source: string,
  text: string,
  values: TemplateValues,
): string {
  try {
    return environment.renderString(text, { ...values })
  } catch (cause) {
    throw new SdkError(
      'MB_SDK_TEMPLATE_BROKEN',
      `Cannot render template file "${source}": ${cause instanceof Error ? cause.message : 'unknown'}`,
      { cause },
    )
  }
}
