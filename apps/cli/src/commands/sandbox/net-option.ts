import { isIP } from 'node:net'
import type { NetPermission } from '@mb/manifest'
import { CliError } from '../../cli-error.ts'

/**
 * A host as a person writes it: `HOST`, `HOST:PORT`, and an address of IPv6 in brackets. What names no host is found by the policy.
 *
 * @throws CliError `MB_CLI_VALUE`
 */
export function readHost(text: string): NetPermission {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text))
    throw noHost(text, 'it is a URL', `Name the host alone: ${hostOfUrl(text)}`)
  if (isIP(text) === 6)
    throw noHost(text, 'it is an address of IPv6 without brackets', `Write it as [${text}]`)
  const { host, address, port } =
    /^(?:\[(?<address>[^\]]*)\]|(?<host>[^:]*))(?::(?<port>.*))?$/s.exec(text)?.groups ?? {}
  const name = address ?? host ?? ''
  if (name === '' || (address !== undefined && isIP(address) !== 6))
    throw noHost(text, 'it names no host', 'Write HOST or HOST:PORT, such as example.com:443')
  return port === undefined ? { host: name } : { host: name, ports: [readPort(port, text)] }
}

function readPort(digits: string, text: string): number {
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0
  if (port >= 1 && port <= 65_535) return port
  throw noHost(text, 'its port is none from 1 to 65535', 'Leave out the port to allow all of them')
}

/** With the port that is meant. What else stands in a URL may be a secret. */
function hostOfUrl(text: string): string {
  if (!URL.canParse(text)) return 'example.com:443'
  const { hostname, port, protocol } = new URL(text)
  return `${hostname}:${port === '' ? (usual[protocol] ?? '443') : port}`
}

const usual: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' }

function noHost(text: string, problem: string, hint: string): CliError {
  // Behind a "@" or "?" of a URL there may be a secret.
  const shown = text.includes('://') ? 'that' : JSON.stringify(text.slice(0, 80))
  return new CliError('MB_CLI_VALUE', `Cannot allow ${shown} with --net: ${problem}`, { hint })
}
