import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { NetPermission } from '@mb/manifest'
import type { NetworkOptions, UpstreamProxy } from '@mb/sandbox'
import { CliError } from '../../cli-error.ts'

/** What a person's environment and options say about how this machine reaches others. */
export interface NetworkSurroundings {
  readonly env: NodeJS.ProcessEnv
  readonly workspace: string
  /** Files with certificates that were named for this run. */
  readonly authorities: readonly string[]
}

/**
 * The way to other hosts that the person has set up: their company's proxy and authorities are used for the command, and the first is
 * not told to it.
 *
 * @throws CliError `MB_CLI_VALUE`
 */
export function networkOf({ env, workspace, authorities }: NetworkSurroundings): NetworkOptions {
  const named = authorities.map((path) => requirePath(path, workspace))
  const known = authorityVariables
    .flatMap((name) => env[name] || [])
    .map((path) => resolve(workspace, path))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
  return {
    upstream: upstreamOf(env),
    certificateAuthorities: [...new Set([...named, ...known])],
  }
}

/**
 * Refuses certificates that were named for no host: the person counts on a connection that there will not be.
 *
 * @throws CliError `MB_CLI_USAGE`
 */
export function requireHosts(authorities: readonly string[], net: readonly NetPermission[]): void {
  if (authorities.length === 0 || net.length > 0) return
  throw new CliError('MB_CLI_USAGE', 'Cannot use --ca: nothing allows the command a connection', {
    hint: 'Name the host that it is for with --net HOST[:PORT]',
  })
}

// What Node, OpenSSL, curl, Python's requests and git go by. A folder or what is not there, they pass over as well.
const authorityVariables = [
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'CURL_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
  'GIT_SSL_CAINFO',
]

// Most of what is reached is reached by TLS; the lower case wins, as with curl.
const proxyVariables = ['https_proxy', 'all_proxy', 'http_proxy'].flatMap((name) => [
  name,
  name.toUpperCase(),
])

function upstreamOf(env: NodeJS.ProcessEnv): UpstreamProxy | undefined {
  const name = proxyVariables.find((each) => env[each] !== undefined && env[each] !== '')
  const value = name === undefined ? undefined : env[name]
  if (name === undefined || value === undefined) return undefined
  const url = value.includes('://') ? value : `http://${value}`
  // Its value holds a password, often.
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new CliError(
      'MB_CLI_VALUE',
      `Cannot use the proxy that ${name} names: it is none of http:// or https://`,
      { hint: `Set ${name} to one that is, or unset it for this run` },
    )
  return {
    url,
    noProxy: (env['no_proxy'] || env['NO_PROXY'] || '').split(/[\s,]+/).filter(Boolean),
  }
}

function requirePath(path: string, workspace: string): string {
  if (path !== '') return resolve(workspace, path)
  throw new CliError('MB_CLI_VALUE', 'Cannot use "" with --ca: it is no path', {
    hint: 'Name a file with certificates in PEM',
  })
}
