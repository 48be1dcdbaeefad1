import semver from 'semver'
import type { NpmSource } from './plugin-source.ts'
import { sourceError } from './source-error.ts'

const name = /^(?:@[a-z0-9][a-z0-9._~-]*\/)?[a-z0-9][a-z0-9._~-]*$/
const rangeLetters = /^[0-9a-z^~<>=|.*+ -]+$/i
const tag = /^[a-z][a-z0-9_-]{0,63}$/i
// What npm takes for a file, whatever stands before it.
const file = /\.(?:tgz|tar\.gz|tar)$/i
// By the rules of npm itself.
const longestName = 214

/**
 * Reads what stands after `npm:`: the name of a package, and a range or a tag. Nothing that npm would take for an option, a file, a
 * folder, a git repository, an address or another name comes through.
 *
 * @throws PluginError `MB_SOURCE_INVALID`
 */
export function parseNpm(text: string, shown: string): NpmSource {
  const at = text.indexOf('@', 1)
  const given = at < 0 ? text : text.slice(0, at)
  if (!isNpmName(given)) throw invalid(shown, `${JSON.stringify(given)} is no name of a package`)
  if (at < 0) return { kind: 'npm', name: given }
  const range = text.slice(at + 1)
  if (!isRange(range))
    throw invalid(shown, `${JSON.stringify(range)} is neither a range of versions nor a tag`)
  return { kind: 'npm', name: given, range }
}

/** Whether a text is a name of a package that npm looks up in its registry. */
export function isNpmName(text: string): boolean {
  return text.length <= longestName && name.test(text) && !file.test(text)
}

function isRange(text: string): boolean {
  if (file.test(text)) return false
  return tag.test(text) || (rangeLetters.test(text) && semver.validRange(text) !== null)
}

function invalid(shown: string, reason: string): Error {
  return sourceError('MB_SOURCE_INVALID', shown, reason, {
    hint: 'Write it as npm:name, npm:@scope/name, or with a range: npm:name@^1.2.0',
  })
}
