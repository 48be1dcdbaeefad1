import { parseArgs } from 'node:util'

/** What was asked for on the command line. */
export type Request =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'create'; readonly options: CreateWords }

/** The words of a creation. */
interface CreateWords {
  readonly directory: string
  readonly name: string | undefined
  readonly template: string | undefined
  readonly language: string | undefined
  readonly author: string | undefined
  readonly description: string | undefined
  readonly git: boolean
  readonly install: boolean
}

/** Shown by `--help`. */
export const help = `Makes a MilkBottle plugin from a template.

Usage: npm create mb-plugin@latest <directory> [-- options]

  <directory>             Folder to make; its name is the name of the plugin

Options:
  --name <name>           Name of the plugin, when it is not the folder's
  --template <name>       What to start from (default: basic)
  --language <language>   Language to write it in (default: typescript)
  --author <author>       As "Ada <ada@example.org>" (default: the author that git knows)
  --description <text>    One sentence on what the plugin does
  --install               Install what it needs (default: --no-install)
  --git                   Make a git repository of it (default: --no-git)
  --json                  Print the result as JSON
  --version               Print the version
  --help                  Print this

Examples:
  npm create mb-plugin@latest notes
  npm create mb-plugin@latest notes -- --install --git
`

/**
 * Reads the words of the command line.
 *
 * @throws WordsError
 */
export function parseWords(words: readonly string[]): Request {
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(words)
  } catch (error) {
    const [message = 'wrong options'] = error instanceof Error ? error.message.split('. ') : []
    throw new WordsError(
      `Cannot read the options: ${message.charAt(0).toLowerCase()}${message.slice(1)}`,
      { cause: error },
    )
  }
  const { values, positionals } = parsed
  if (values.help === true) return { kind: 'help' }
  if (values.version === true) return { kind: 'version' }
  const [directory, second] = positionals
  if (directory === undefined)
    throw new WordsError('Cannot create a plugin: no directory was named')
  if (second !== undefined)
    throw new WordsError(`Cannot create a plugin: ${JSON.stringify(second)} is one word too many`)
  const { name, template, language, author, description, git = false, install = false } = values
  return {
    kind: 'create',
    options: { directory, name, template, language, author, description, git, install },
  }
}

function parse(words: readonly string[]) {
  return parseArgs({
    args: [...words],
    allowPositionals: true,
    allowNegative: true,
    options: {
      name: { type: 'string' },
      template: { type: 'string' },
      language: { type: 'string' },
      author: { type: 'string' },
      description: { type: 'string' },
      git: { type: 'boolean' },
      install: { type: 'boolean' },
      json: { type: 'boolean' },
      version: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
}

/** Thrown for words that say nothing. */
export class WordsError extends Error {
  readonly hint = 'See what can be said with `npm create mb-plugin -- --help`'

  override get name(): string {
    return 'WordsError'
  }
}
