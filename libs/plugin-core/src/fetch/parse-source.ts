import { fileURLToPath } from 'node:url'
import { isPluginName } from '@mb/manifest'
import semver from 'semver'
import { parseGithub } from './parse-github.ts'
import { parseNpm } from './parse-npm.ts'
import { parseHttps } from './parse-https.ts'
import type { PluginSource } from './plugin-source.ts'
import { sourceError } from './source-error.ts'

const longest = 4096

/**
 * Reads where a plugin is to come from: a folder or an archive, `https://…`, `npm:name[@range]`,
 * `github:owner/repository[@tag][#asset]`, `marketplace:namespace/name[@range]`, or `[namespace/]name[@range]`, which may
 * be a folder too. Nothing is looked at: whether it is there shows later.
 *
 * @throws PluginError `MB_SOURCE_INVALID` for what is none of these, and for what could be taken for two of them
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { parseSource } from '@mb/plugin-core'
 *
 * assert.deepEqual(parseSource('npm:@acme/notes@^1.2.0'), {
 *   kind: 'npm',
 *   name: '@acme/notes',
 *   range: '^1.2.0',
 * })
 * assert.deepEqual(parseSource('./notes'), { kind: 'path', path: './notes' })
 * ```
 */
export function parseSource(text: string): PluginSource {
  if (text === '' || text.length > longest || /[\p{Cc}\p{Cs}]/u.test(text))
    throw invalid(text, 'it is empty, too long, or holds control characters')
  // One letter is a drive.
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]+):(.*)$/is.exec(text) ?? []
  if (scheme !== undefined) return parseScheme(text, scheme.toLowerCase(), rest)
  if (looksLikePath(text)) return { kind: 'path', path: text }
  return parseName(text)
}

function parseScheme(text: string, scheme: string, rest: string): PluginSource {
  switch (scheme) {
    case 'https':
      return parseHttps(text)
    case 'npm':
      return parseNpm(rest, text)
    case 'github':
      return parseGithub(rest, text)
    case 'marketplace':
      return { kind: 'marketplace', spec: requireSpec(rest, text) }
    case 'file':
      return { kind: 'path', path: parseFile(text) }
    case 'http':
      throw invalid(
        text,
        'http is not encrypted: anybody on the way could put another plugin in its place',
        'Use its https address, or fetch the archive yourself, check it, and name the file',
      )
    default:
      throw invalid(
        text,
        `nothing is fetched by "${scheme}:"`,
        'Fetch it yourself and name the folder or archive; a path that begins like this needs ./ before it',
      )
  }
}

function parseFile(text: string): string {
  try {
    return fileURLToPath(text)
  } catch (cause) {
    throw invalid(text, 'it is no address of a file here', 'Name its path', cause)
  }
}

/** What nobody would write for a name. */
function looksLikePath(text: string): boolean {
  if (/^[./~]|\\|\/$|^[a-z]:/i.test(text)) return true
  if (text.startsWith('@')) return false
  return text.split('/').length > 2 || /\.(?:zip|tgz|tar|tar\.[a-z0-9]{2,4}|whl)$/i.test(text)
}

function parseName(text: string): PluginSource {
  const [name = ''] = text.split('@')
  if (/^[^/]+@[^/]+:/.test(text))
    throw invalid(
      text,
      'nothing is fetched by git',
      'Clone it yourself and name the folder, or write github:OWNER/REPOSITORY for a release',
    )
  if (text.startsWith('@'))
    throw invalid(
      text,
      'it could be a package of npm, and those have to be named as such',
      'Write npm: before it; or ./ when it is a folder',
    )
  const spec = specOf(text)
  if (spec !== undefined) return { kind: 'name', spec, path: text }
  if (isName(name))
    throw invalid(
      text,
      'what stands after the "@" is no range of versions',
      'Write a range as in notes@^1.2.0; or ./ before it when it is a folder',
    )
  // Names of folders have more in them than those of plugins.
  return { kind: 'path', path: text }
}

function requireSpec(rest: string, text: string): string {
  const spec = specOf(rest)
  if (spec !== undefined) return spec
  throw invalid(
    text,
    'it is no name of a plugin',
    'Write it as marketplace:namespace/name, or with a range: marketplace:namespace/name@^1.0.0',
  )
}

/** `[namespace/]name[@range]` in its one form. */
function specOf(text: string): string | undefined {
  const at = text.indexOf('@')
  const name = at < 0 ? text : text.slice(0, at)
  if (!isName(name)) return undefined
  const plain = name.toLowerCase().replaceAll('_', '-')
  if (at < 0) return plain
  const range = text.slice(at + 1)
  return range !== '' && semver.validRange(range) !== null ? `${plain}@${range}` : undefined
}

/** Capitals and `_` are read as in manifests. */
function isName(text: string): boolean {
  const parts = text.toLowerCase().replaceAll('_', '-').split('/')
  return parts.length <= 2 && parts.every(isPluginName)
}

function invalid(text: string, reason: string, hint?: string, cause?: unknown): Error {
  return sourceError('MB_SOURCE_INVALID', text.slice(0, longest), reason, {
    hint:
      hint ??
      'Name a folder or an archive, https://…, npm:NAME, github:OWNER/REPOSITORY, or NAMESPACE/NAME',
    ...(cause === undefined ? {} : { cause }),
  })
}
