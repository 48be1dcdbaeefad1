import { basename } from 'node:path'
import { isPluginName, type PluginName } from '@mb/manifest'
import { SdkError } from '../sdk-error.ts'

// npm refuses a project that bears the name of a package it depends on.
const ownPackages = new Set(['esbuild', 'typescript', 'vitest'])

/**
 * The name of a new plugin: what was given, or the name of its folder.
 *
 * @throws SdkError `MB_SDK_NAME_INVALID`
 */
export function newPluginName(
  given: string | undefined,
  directory: string,
  reserved: readonly string[] = [],
): PluginName {
  const text = given ?? basename(directory)
  if (!isPluginName(text)) throw invalid(text, why(text), hintFor(text))
  // The first command bears the name, and the words of commands are read aloud and typed.
  if (/--|-$/.test(text))
    throw invalid(text, 'a name has single "-", between letters and digits', hintFor(text))
  if (ownPackages.has(text))
    throw invalid(text, 'it is the name of a package that the plugin is built with', another(text))
  if (reserved.includes(text))
    throw invalid(text, 'it is the name of a command of the host', another(text))
  return text
}

function invalid(text: string, state: string, hint: string): SdkError {
  return new SdkError(
    'MB_SDK_NAME_INVALID',
    `Cannot name a plugin ${JSON.stringify(text.slice(0, 80))}: ${state}`,
    { hint },
  )
}

function why(text: string): string {
  if (text === '') return 'the name is empty'
  if (text.length > 64) return `the name has ${text.length} characters, and may have 64`
  if (/\s/.test(text)) return 'a name has no spaces'
  if (/[A-Z]/.test(text)) return 'a name has no capitals'
  if (!/^[a-z]/.test(text)) return 'a name starts with a letter'
  if (/[^a-z0-9-]/.test(text)) return 'a name has letters a to z, digits and "-" only'
  return 'the name is reserved by an operating system'
}

function hintFor(text: string): string {
  const nearest = text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 64)
    .replace(/-+$/, '')
  if (isPluginName(nearest)) return `Name it "${nearest}"`
  return 'Start with a letter, then use letters a to z, digits and "-", as in "release-notes"'
}

function another(text: string): string {
  return `Name it "${text}-plugin", or something that says what it does`
}
