import { lookup } from 'node:dns/promises'
import { isIP, connect, type Socket } from 'node:net'

/** How others are reached from here. */
export interface NetworkWay {
  /** Variables: the company's proxy, and where npm finds its settings. @default process.env */
  readonly env?: NodeJS.ProcessEnv | undefined
  /** Gives the addresses of a name. @default as the system does */
  readonly resolve?: ((name: string) => Promise<readonly string[]>) | undefined
  /** Begins a connection to the first of some addresses that answers. They were checked; nothing is resolved here any more. */
  readonly dial?: Dial | undefined
  /** Where releases are asked for. @default GITHUB_API_URL of the variables, else that of GitHub itself */
  readonly githubApi?: string | undefined
  /** Until a connection is made, in milliseconds. @default 15_000 */
  readonly connectMs?: number | undefined
  /** Without a byte, in milliseconds. @default 30_000 */
  readonly idleMs?: number | undefined
  /** For all of one archive, in milliseconds. @default 600_000 */
  readonly wholeMs?: number | undefined
}

/** See {@link NetworkWay.dial}. */
export type Dial = (addresses: readonly string[], port: number, signal: AbortSignal) => Socket

/** A way with nothing left out. */
export type FullNetworkWay = {
  readonly [Name in keyof NetworkWay]-?: NonNullable<NetworkWay[Name]>
}

/** Fills in what is left out. */
export function fillNetworkWay(way: NetworkWay = {}): FullNetworkWay {
  const env = way.env ?? process.env
  return {
    env,
    resolve: way.resolve ?? resolveBySystem,
    dial: way.dial ?? dialAddresses,
    githubApi: way.githubApi ?? (env['GITHUB_API_URL'] || 'https://api.github.com'),
    connectMs: way.connectMs ?? 15_000,
    idleMs: way.idleMs ?? 30_000,
    wholeMs: way.wholeMs ?? 600_000,
  }
}

async function resolveBySystem(name: string): Promise<readonly string[]> {
  return (await lookup(name, { all: true, order: 'verbatim' })).map(({ address }) => address)
}

function dialAddresses(addresses: readonly string[], port: number, signal: AbortSignal): Socket {
  const all = addresses.map((address) => ({ address, family: isIP(address) }))
  return connect({
    // Never looked up: the answer stands below.
    host: 'checked.invalid',
    port,
    signal,
    noDelay: true,
    autoSelectFamily: true,
    lookup: (_name, _options, answer) => {
      answer(null, all)
    },
  })
}
