import { isPluginName } from '@mb/manifest'
import { isGithubOwner, isGithubRepository } from './parse-github.ts'
import { isNpmName } from './parse-npm.ts'
import { shownUrl, type FetchedKind, type HttpsSource } from './plugin-source.ts'
import { sourceError } from './source-error.ts'

/** Where plugins may come from that are not on this machine, as the settings have it. */
export interface TrustRules {
  readonly trustedSources: readonly string[]
  readonly allowUntrusted: boolean
}

/** What trust is asked about: a source, or a marketplace by its name. */
export type TrustQuestion =
  | FetchedKind
  | { readonly kind: 'marketplace'; readonly repository: string }

type Pattern = (asked: TrustQuestion) => boolean

/**
 * Whether a text is a source that can be trusted: `host`, `host:port`, `https://host/path/`, `npm:name`, `npm:@scope/*`,
 * `github:owner/*`, `github:owner/repository` or `marketplace:name`.
 */
export function isTrustPattern(text: string): boolean {
  return parsePattern(text) !== undefined
}

/** Whether one of the patterns stands for a source. What is no pattern stands for nothing. */
export function isTrustedSource(asked: TrustQuestion, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => parsePattern(pattern)?.(asked) === true)
}

/**
 * Refuses a source that nobody trusts.
 *
 * @param via - where it was sent on from, for what was redirected
 * @throws PluginError `MB_SOURCE_UNTRUSTED`
 */
export function requireTrust(
  asked: TrustQuestion,
  { trustedSources, allowUntrusted }: TrustRules,
  via?: string,
): void {
  if (allowUntrusted || isTrustedSource(asked, trustedSources)) return
  const pattern = patternFor(asked)
  throw sourceError(
    'MB_SOURCE_UNTRUSTED',
    via ?? nameOf(asked),
    `${via === undefined ? '' : `it leads on to "${nameOf(asked)}", and `}"${pattern}" is none of your trusted sources`,
    {
      // Names of hosts may hold what a shell acts on, and a hint is there to be copied.
      hint: isTrustPattern(pattern)
        ? `If you trust it, \`mb plugin sources add ${pattern}\`, and try again`
        : 'It cannot be trusted under that name; fetch the archive yourself, check it, and name the file',
      details: { source: nameOf(asked), pattern },
    },
  )
}

/** The narrowest pattern that a person would want for a source. */
function patternFor(asked: TrustQuestion): string {
  switch (asked.kind) {
    case 'https':
      return new URL(asked.url).host
    case 'npm':
      return `npm:${asked.name}`
    case 'github':
      return `github:${asked.owner}/${asked.repository}`
    case 'marketplace':
      return `marketplace:${asked.repository}`
    default:
      return asked satisfies never
  }
}

function nameOf(asked: TrustQuestion): string {
  return asked.kind === 'https' ? shownUrl(asked.url) : patternFor(asked)
}

function parsePattern(text: string): Pattern | undefined {
  if (text.startsWith('https:')) return parsePlace(text)
  const [, scheme, rest = ''] = /^(npm|github|marketplace):(.*)$/s.exec(text) ?? []
  if (scheme === 'npm') return parseNpmPattern(rest)
  if (scheme === 'github') return parseGithubPattern(rest)
  if (scheme === undefined) return parseHost(text)
  return isPluginName(rest)
    ? (asked) => asked.kind === 'marketplace' && asked.repository === rest
    : undefined
}

// Letters of any script, which the parser of addresses writes in ASCII (IDNA); nothing that it would read as anything but a host.
const host =
  /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}.-]*[\p{L}\p{N}\p{M}])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/iu

function parseHost(text: string): Pattern | undefined {
  if (!host.test(text) || !URL.canParse(`https://${text}`)) return undefined
  const wanted = new URL(`https://${text}`).host
  return (asked) => asked.kind === 'https' && new URL(asked.url).host === wanted
}

function parsePlace(text: string): Pattern | undefined {
  const [, authority = '', path = ''] = /^https:\/\/([^/?#\\@]+)(\/[^?#\\]*)?$/.exec(text) ?? []
  const isHost = parseHost(authority)
  if (isHost === undefined) return undefined
  const { pathname } = new URL(`https://${authority}${path}`)
  if (isSlippery(pathname)) return undefined
  const isThere = path === '' ? () => true : below(pathname)
  return (asked) => asked.kind === 'https' && isHost(asked) && isThere(asked)
}

/** Whether an address is at a path or below it; only below it, where the path is written as a folder. */
function below(wanted: string): (source: HttpsSource) => boolean {
  const folder = wanted.endsWith('/') ? wanted : `${wanted}/`
  return ({ url }) => {
    const { pathname } = new URL(url)
    return !isSlippery(pathname) && (pathname === wanted || pathname.startsWith(folder))
  }
}

/**
 * Whether a server may read a path as another: the parser of addresses resolves `..` and leaves alone what servers decode later, once or
 * twice, or cut off after a `;`.
 */
function isSlippery(pathname: string): boolean {
  return /%(?:2f|5c|2e|25|3b|[01][0-9a-f]|7f)|;|\\/i.test(pathname)
}

function parseNpmPattern(text: string): Pattern | undefined {
  const [, scope] = /^(@[^/]+)\/\*$/.exec(text) ?? []
  if (scope !== undefined)
    return isNpmName(`${scope}/x`)
      ? (asked) => asked.kind === 'npm' && asked.name.startsWith(`${scope}/`)
      : undefined
  return isNpmName(text) ? (asked) => asked.kind === 'npm' && asked.name === text : undefined
}

function parseGithubPattern(text: string): Pattern | undefined {
  const [owner = '', repository = '', ...more] = text.toLowerCase().split('/')
  const isWhole = more.length === 0 && isGithubOwner(owner)
  if (!isWhole || (repository !== '*' && !isGithubRepository(repository))) return undefined
  // Their names are the same in capitals.
  return (asked) =>
    asked.kind === 'github' &&
    asked.owner.toLowerCase() === owner &&
    (repository === '*' || asked.repository.toLowerCase() === repository)
}
