import { isIP } from 'node:net'
import type { NetPermission } from '@mb/manifest'
import { CliError } from '../../cli-error.ts'

/**
 * A host as a person writes it: `HOST`, `HOST:PORT`, and an address of IPv6 in brackets. What names no host is found by the policy.
 *
 * @param place where it was written, for errors
 * @throws CliError `MB_CLI_VALUE`
 */
export function readHost(text: string, place = '--net'): NetPermission {
  const read = parseHost(text)
  if ('host' in read) return read
  // Behind a "@" or "?" of a URL there may be a secret.
  const shown = text.includes('://') ? 'that' : JSON.stringify(text.slice(0, 80))
  throw new CliError('MB_CLI_VALUE', `Cannot allow ${shown} with ${place}: ${read.problem}`, {
    hint: read.hint,
  })
}

interface NoHost {
  readonly problem: string
  readonly hint: string
}

function parseHost(text: string): NetPermission | NoHost {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text))
    return { problem: 'it is a URL', hint: `Name the host alone: ${hostOfUrl(text)}` }
  if (isIP(text) === 6)
    return { problem: 'it is an address of IPv6 without brackets', hint: `Write it as [${text}]` }
  const { host, address, port } =
    /^(?:\[(?<address>[^\]]*)\]|(?<host>[^:]*))(?::(?<port>.*))?$/s.exec(text)?.groups ?? {}
  const name = address ?? host ?? ''
  if (name === '' || (address !== undefined && isIP(address) !== 6))
    return { problem: 'it names no host', hint: 'Write HOST or HOST:PORT, such as example.com:443' }
  if (port === undefined) return { host: name }
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0
  return number >= 1 && number <= 65_535
    ? { host: name, ports: [number] }
    : { problem: 'its port is none from 1 to 65535', hint: portHint(port) }
}

// That all ports are allowed without one is no way out of a mistake: it grants more than was meant.
function portHint(port: string): string {
  if (/^\d+\//.test(port)) return 'Leave out the path: a host is granted as a whole'
  return /^\d+[,-]\d+/.test(port)
    ? 'Give the option again for each port; a policy file takes a list of them'
    : 'Write one port, such as example.com:443'
}

/** With the port that is meant. What else stands in a URL may be a secret. */
function hostOfUrl(text: string): string {
  if (!URL.canParse(text)) return 'example.com:443'
  const { hostname, port, protocol } = new URL(text)
  return `${hostname}:${port === '' ? (usual[protocol] ?? '443') : port}`
}

const usual: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' }
