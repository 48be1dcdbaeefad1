import { canonicalAddress, classifyAddress, type AddressClass } from '@mb/kernel'
import type { Refusal } from './decision-log.ts'
import type { EndReason } from './network-decision.ts'
import type { NetworkRules } from './network-rules.ts'
import type { NameQueue } from './resolve-names.ts'
import { formatTarget, type Target } from './target.ts'
import type { Upstream } from './upstream.ts'

/** How a target is reached, or why it is not. */
export type Route =
  | { readonly status: 'direct'; readonly addresses: readonly string[] }
  | { readonly status: 'upstream'; readonly upstream: Upstream }
  | { readonly status: 'refused'; readonly refusal: Refusal }
  | { readonly status: 'failed'; readonly reason: EndReason }

/** What routes are found by. */
export interface RouteParts {
  readonly rules: NetworkRules
  readonly names: NameQueue
  readonly upstream: Upstream | undefined
}

/** Decides on a target. A name that is not granted is not asked for: the question alone would carry it out. */
export async function findRoute(
  target: Target,
  { rules, names, upstream }: RouteParts,
  signal: AbortSignal,
): Promise<Route> {
  if (!rules.grants(target)) return refuse('not-granted', `${formatTarget(target)} is not granted`)
  const isLocal = target.host === 'localhost'
  if (target.kind === 'address' || isLocal) {
    const route = checkAddresses(target, isLocal ? loopback : [target.host], rules)
    // A company's proxy would take this machine for itself.
    const isHere = isLocal || classifyAddress(target.host) === 'loopback'
    return route.status === 'direct' && !isHere && upstream?.leadsTo(target) === true
      ? { status: 'upstream', upstream }
      : route
  }
  if (upstream?.leadsTo(target) === true) return { status: 'upstream', upstream }
  try {
    return checkAddresses(target, await names.resolve(target.host, signal), rules)
  } catch {
    return { status: 'failed', reason: 'unresolved' }
  }
}

// RFC 6761, 6.3: it is never asked for.
const loopback = ['127.0.0.1', '::1']

/**
 * What is left of addresses when those are taken out that must not be reached. The others are used: each is connected to as it was looked
 * at, so that a bad one beside it changes nothing, and a name inside of a company often has one of each kind.
 */
function checkAddresses(target: Target, found: readonly string[], rules: NetworkRules): Route {
  const addresses = found.flatMap((text) => canonicalAddress(text) ?? [])
  const judged = addresses.map((address) => ({ address, is: rules.refusedClass(target, address) }))
  const usable = judged.flatMap(({ address, is }) => (is === undefined ? [address] : []))
  if (usable.length > 0) return { status: 'direct', addresses: usable }
  const [first] = judged
  if (first === undefined) return { status: 'failed', reason: 'unresolved' }
  return refuse('address', `${first.address} is ${words(first.is)}`)
}

function refuse(reason: Refusal['reason'], detail: string): Route {
  return { status: 'refused', refusal: { reason, detail } }
}

function words(is: AddressClass | undefined): string {
  if (is === 'own-network') return 'in a network of this machine'
  return is === 'metadata' ? 'where clouds hand out keys' : (is ?? 'public')
}
