import type { NetGrant, SandboxOptions } from '@mb/sandbox'
import { say } from './programs.ts'
import type { Hit } from './world/sink.ts'
import { addresses, type World } from './world/world.ts'

/** A way to somewhere that a policy with a network does not name. */
export interface NetworkMechanism {
  readonly name: string
  /** The mechanism that this is another form of: both count as one. */
  readonly variantOf?: string | undefined
  /** What this machine may lack: where it fails without a sandbox as well, that is the reason. */
  readonly feature?: string | undefined
  /** Sets up what this one needs of a world. */
  readonly prepare: (world: World) => Plan
}

/** How a mechanism is tried. */
export interface Plan {
  /** Ends with 0, 1 (denied) or 3 (waited in vain); anything else shows nothing. */
  readonly command: readonly string[]
  /** What the policy names beside `allowed.test`. */
  readonly grants?: readonly NetGrant[] | undefined
  /** Whether it goes by the company's proxy; without a sandbox then by one that looks at nothing but the first request. */
  readonly byCompany?: CompanyLogin | true | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
  /** Variables that it has only without a sandbox: what a host would hand down. */
  readonly openEnv?: Readonly<Record<string, string>> | undefined
  readonly limits?: NonNullable<SandboxOptions['network']>['limits']
  /** Whether it worked. @default a connection or datagram came that the policy does not name */
  readonly worked?: ((seen: Seen) => boolean) | undefined
  /** It takes all that it gets, and is contained rather than denied. */
  readonly isExhausting?: boolean | undefined
  /** Who else has a jail meanwhile: the hosts that its policy names. */
  readonly neighbour?: readonly NetGrant[] | undefined
}

/** What the company's proxy wants to be told, and whom it is not for. */
export interface CompanyLogin {
  readonly username: string
  readonly password: string
  readonly noProxy?: readonly string[] | undefined
}

/** What was seen from outside, and how the program ended. */
export interface Seen {
  readonly hits: readonly Hit[]
  /** On the port that no policy names. */
  readonly otherHits: readonly Hit[]
  /** Names that somebody looked up. */
  readonly questions: readonly string[]
  readonly code: number | null
  readonly said: string
}

/** All names and addresses, on the port of the sink: whatever is no public address is named by nobody all the same. */
export const everything = ({ sink }: World): readonly NetGrant[] => [
  { host: '*', ports: [sink.port] },
]

const publicAddresses: ReadonlySet<string> = new Set([
  addresses.allowed,
  addresses.forbidden,
  addresses.allowed6,
  addresses.forbidden6,
])

/** Something came that a policy does not name which names `allowed.test` alone. */
export function reachedForbidden({ hits, otherHits }: Seen): boolean {
  return (
    otherHits.length > 0 ||
    hits.some(({ protocol, address }) => protocol === 'udp' || address !== addresses.allowed)
  )
}

/** Something came to an address that is not of the internet. */
export function reachedPrivate({ hits, otherHits }: Seen): boolean {
  return (
    otherHits.length > 0 ||
    hits.some(({ protocol, address }) => protocol === 'udp' || !publicAddresses.has(address))
  )
}

/** Something came that carried a text, wherever to. */
export function reachedWith(text: string): (seen: Seen) => boolean {
  return ({ hits, otherHits }) =>
    [...hits, ...otherHits].some(({ carried }) => carried.includes(text))
}

/** Looked up by anybody. */
export function asked(part: string): (seen: Seen) => boolean {
  return ({ questions }) => questions.some((name) => name.toLowerCase().includes(part))
}

/** The program says itself that it worked: it learnt something, or got what it may not have. */
export const saidSo = ({ code }: Seen): boolean => code === 0

/** A mechanism that is tried by requests to the proxy. */
export function bySaying(
  name: string,
  requests: (world: World) => readonly string[],
  options: Omit<Plan, 'command'> & { readonly variantOf?: string; readonly feature?: string } = {},
): NetworkMechanism {
  const { variantOf, feature, ...plan } = options
  return {
    name,
    variantOf,
    feature,
    prepare: (world) => ({ ...plan, command: say(world, ...requests(world)) }),
  }
}
