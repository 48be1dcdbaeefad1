import { isIP } from 'node:net'
import { SandboxError } from '../sandbox-error.ts'

/** Connections to a host: a name, an address, `*.name` for all names below it, or `*`; without ports, to all of them. */
export interface NetGrant {
  readonly host: string
  readonly ports?: readonly number[] | undefined
}

/** The network that a policy asks for. */
export interface NetRequest {
  readonly net?: readonly NetGrant[] | undefined
  readonly unix?: readonly string[] | undefined
}

/**
 * Checks the network that a policy asks for. Unix sockets are refused: the proxy holds a program to hosts, and to nothing else.
 *
 * @throws SandboxError `MB_SANDBOX_POLICY`, for what is no host or port before it is for the rest
 */
export function checkNetwork({ net = [], unix = [] }: NetRequest): readonly NetGrant[] {
  for (const grant of net) checkGrant(grant)
  const [socket] = unix
  if (socket !== undefined)
    throw refused(
      `the unix socket ${JSON.stringify(socket)}`,
      'whatever listens there would act for the program, and nothing stands between them yet',
    )
  return net
}

function checkGrant({ host, ports = [] }: NetGrant): void {
  if (!isHostPattern(host))
    throw refused(
      `connections to ${JSON.stringify(host)}`,
      'it is no name of a host, no address, and no pattern such as "*.example.com"',
      'Write its name alone, without a scheme, a user or a path',
    )
  const wrong = ports.find((port) => !Number.isInteger(port) || port < 1 || port > 65_535)
  if (wrong !== undefined)
    throw refused(
      `connections to port ${wrong} of "${host}"`,
      'ports are from 1 to 65535',
      'Name the port that the host listens on',
    )
}

/** Whether a text is a host pattern; names as RFC 1123 has them, and `_` beside. */
export function isHostPattern(text: string): boolean {
  // A zone means something to one machine alone.
  if (text === '*' || isIP(text) !== 0) return !text.includes('%')
  const name = text.startsWith('*.') ? text.slice(2) : text
  const labels = name.split('.')
  const isNumber = /^\d+$/.test(labels.at(-1) ?? '')
  // What ends in a number is an address to a resolver, in one of its many forms (WHATWG URL, "ends in a number").
  return (
    name.length <= 253 &&
    !isNumber &&
    labels.every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label))
  )
}

function refused(
  what: string,
  state: string,
  hint = 'Leave it out: the program runs without it',
): SandboxError {
  return new SandboxError('MB_SANDBOX_POLICY', `Cannot allow ${what}: ${state}`, { hint })
}
