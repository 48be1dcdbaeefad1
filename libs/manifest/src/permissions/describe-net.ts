import { isIP } from 'node:net'
import type { NetPermission } from './permissions.ts'
import { neutralText } from '../neutral-text.ts'
import type { Risk } from './risk.ts'

/** Words and risk of connections to one host. */
export function describeNet(permission: NetPermission): {
  readonly words: string
  readonly risk: Risk
} {
  const { host, ports, methods } = permission
  return {
    words: [
      'Exchange data with ',
      hostInWords(host),
      ports === undefined
        ? ', on any port'
        : `, on port${ports.length > 1 ? 's' : ''} ${ports.join(', ')}`,
      // Nobody sees into TLS: a method is what the plugin says of itself, and even a GET carries data out in its path.
      methods === undefined ? '' : ` (it says: by ${methods.join(', ')} alone)`,
      isLocal(host) ? ' (services of this machine or its network)' : '',
    ].join(''),
    risk: riskOf(permission),
  }
}

function hostInWords(host: string): string {
  if (host === '*') return 'every host on the internet'
  return host.startsWith('*.')
    ? `every host below ${neutralText(host.slice(2))}`
    : neutralText(host)
}

function riskOf({ host, ports }: NetPermission): Risk {
  if (host === '*') return 'critical'
  if (isLocal(host)) return 'critical'
  if (host.startsWith('*.') || isIP(host) !== 0) return 'high'
  return ports === undefined ? 'high' : 'medium'
}

/** Names and addresses that are never a public host: other programs of the person listen there, trusting it. */
function isLocal(host: string): boolean {
  if (/^(?:localhost|.*\.(?:localhost|local|internal|lan|home\.arpa))$/.test(host)) return true
  if (isIP(host) === 6) return /^(?:::|f[cdef]|64:ff9b)/i.test(host)
  if (isIP(host) !== 4) return false
  return /^(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./.test(
    host,
  )
}
