import type { JsonValue } from '@mb/kernel'
import type { Problem } from './finding.ts'

interface Answer {
  /** A warning about what has no effect, an error about what the author relies on. */
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly hint: string
}

const unused = (what: string, hint: string): Answer => ({
  severity: 'warning',
  message: `${what} has no effect`,
  hint,
})

const files = 'All files of the package come along: leave it out'

/** Keys that other formats have and this one says in another way. */
const answers: Readonly<Record<string, Answer>> = {
  main_class: {
    severity: 'error',
    message: 'A class of the code is not named in the manifest',
    hint: 'Name the file or module that is run, as "entry: my_plugin.main"; it says itself what it does',
  },
  entry_points: {
    severity: 'error',
    message: 'A plugin has one entry',
    hint: 'Write "entry: my_plugin.main", and what it brings under "commands", "hooks" and "provides"',
  },
  config: {
    severity: 'error',
    message: 'A manifest declares fields of configuration, and does not set them',
    hint: 'Write "configSchema: { field: { type: string, default: … } }"',
  },
  provides_completions: {
    severity: 'error',
    message: 'A completion belongs to a command',
    hint: 'Write "completions: [{ name: branches, command: checkout, value: branch }]"',
  },
  'security.sandbox': {
    severity: 'error',
    message: 'No plugin leaves its sandbox',
    hint: 'Ask for what it needs under "permissions", with a reason',
  },
  'security.trusted_source': {
    severity: 'error',
    message: 'Whom to trust is said by the person who installs, not by the plugin',
    hint: 'Leave it out, and sign the package',
  },
  classifiers: unused('"classifiers"', 'Write "categories" and "keywords"'),
  testing: unused('"testing"', 'Write it where the tests run, as in vitest.config.ts'),
  checksum: unused('"checksum"', 'Packaging writes the digest of all files: leave it out'),
  config_file: unused('"config_file"', 'The host keeps the configuration: leave it out'),
  assets_dir: unused('"assets_dir"', files),
  docs_dir: unused('"docs_dir"', files),
  tests_dir: unused('"tests_dir"', files),
  supported_languages: unused('"supported_languages"', 'Write them under "capabilities"'),
  rust_requirements: unused('"rust_requirements"', 'They are in the program once it is built'),
  system_requirements: unused(
    '"system_requirements"',
    'Name the programs that it runs, as "permissions: { exec: [{ command: git }] }"',
  ),
}

/** Older names of keys that are answered. */
const sameAs: Readonly<Record<string, string>> = {
  'security.sandbox_enabled': 'security.sandbox',
}

/**
 * What is said of a key that this format does not have, when it is known what it meant elsewhere. Without a problem, it
 * says what holds anyway.
 *
 * @returns undefined for any other key
 */
export function olderKey(
  path: readonly string[],
  value: JsonValue,
): { readonly problems: readonly Problem[] } | undefined {
  const written = path.join('.')
  const name = (Object.hasOwn(sameAs, written) ? sameAs[written] : undefined) ?? written
  const answer = Object.hasOwn(answers, name) ? answers[name] : answerToVersion(name)
  if (answer === undefined) return undefined
  const isHarmless = Object.hasOwn(harmless, name) && harmless[name] === value
  return { problems: isHarmless ? [] : [{ code: 'older-key', path, ...answer }] }
}

const harmless: Readonly<Record<string, JsonValue>> = {
  'security.sandbox': true,
  'security.trusted_source': false,
}

function answerToVersion(name: string): Answer | undefined {
  const bound = /^(min|max)_[a-z]+_version$/.exec(name)?.[1]
  if (bound === undefined) return undefined
  return {
    severity: 'error',
    message: `"${name}" is about another program`,
    hint: `Write "engines: { milkbottle: '${bound === 'min' ? '>=1.0.0' : '<2.0.0'}' }"`,
  }
}

/** What is said of programs that other formats run around an installation. */
export function installHook(name: string): Problem {
  return {
    code: 'older-key',
    message: `"${name}" is not run: no code of a plugin runs when it is installed or removed`,
    path: ['hooks', name],
    hint: 'Do it in initialize, or in migrate when the version changes',
  }
}
