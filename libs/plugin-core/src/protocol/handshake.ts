import { ProtocolFault } from './protocol-fault.ts'

/** The versions of the protocol that this library speaks. */
export const protocolVersions: readonly number[] = [1]

/** The variable that holds the cookie. A plugin that was started by hand notices that it is not there. */
export const cookieVariable = 'MB_PLUGIN_COOKIE'

/** What the host says first. */
export interface Hello {
  readonly versions: readonly number[]
  /** The same as in the environment: what answers is the program that was started. */
  readonly cookie: string
}

/** What the plugin answers. */
export interface HelloAnswer {
  readonly version: number
  /** The library that speaks for the plugin, as `node/0.1.0`. */
  readonly library: string
}

/**
 * Reads what a host said.
 *
 * @throws ProtocolFault `malformed` when it is no greeting, or of no version that is spoken here
 */
export function agreeOnVersion(hello: Readonly<Record<string, unknown>>, cookie: string): number {
  if (hello['cookie'] !== cookie) throw new ProtocolFault('malformed', 'the cookie is another one')
  const { versions } = hello
  const offered = Array.isArray(versions) ? versions : []
  const version = protocolVersions.findLast((known) => offered.includes(known))
  if (version !== undefined) return version
  throw new ProtocolFault(
    'malformed',
    `the host speaks mbp/${offered.join(', ')}, this plugin mbp/1`,
  )
}

/**
 * Reads what a plugin answered.
 *
 * @throws ProtocolFault `malformed`
 */
export function checkHelloAnswer(answer: unknown, hello: Hello): HelloAnswer {
  if (typeof answer !== 'object' || answer === null)
    throw new ProtocolFault('malformed', 'the answer to "hello" is no object')
  const { version, cookie, library }: Readonly<Record<string, unknown>> = { ...answer }
  if (cookie !== hello.cookie)
    throw new ProtocolFault('malformed', 'the answer to "hello" has another cookie')
  if (typeof version !== 'number' || !hello.versions.includes(version))
    throw new ProtocolFault('malformed', `it chose mbp/${String(version)}, which was not offered`)
  return { version, library: typeof library === 'string' ? library : '' }
}
