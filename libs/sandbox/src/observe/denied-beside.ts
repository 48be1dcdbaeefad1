import { canonicalAddress } from '@mb/kernel'
import { doorwayAddress } from '../doorway/doorway-address.ts'
import type { NetworkDecision } from '../network-proxy/network-decision.ts'
import type { NetGrant } from '../policy/network.ts'
import type { DeniedReach } from './observation.ts'
import type { ObserveOptions } from './observe-options.ts'
import { hostPort, type ReachRecord } from './record.ts'

/**
 * The connections that were made, as grants.
 *
 * @param shown what was granted: a name that leads to an address inside needs that one as well
 */
export function grantedHosts(
  decisions: readonly NetworkDecision[],
  shown: readonly NetGrant[],
): readonly NetGrant[] {
  const named = new Set(shown.map(({ host }) => canonicalAddress(host)))
  const ports = new Map<string, Set<number>>()
  for (const { host, port, allowed, address } of decisions) {
    if (!allowed) continue
    const hosts = address !== undefined && named.has(address) ? [host, address] : [host]
    for (const each of hosts) ports.set(each, (ports.get(each) ?? new Set<number>()).add(port))
  }
  return [...ports]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([host, all]) => ({ host, ports: [...all].toSorted((a, b) => a - b) }))
}

/** What was asked for beside files and not given. */
export function deniedBeside(
  record: ReachRecord,
  decisions: readonly NetworkDecision[],
  { env = {}, withheld = [] }: Pick<ObserveOptions, 'env' | 'withheld'>,
): readonly DeniedReach[] {
  const refused = decisions.filter(({ allowed, port }) => !allowed && port !== 0)
  const asked = new Set(decisions.map(({ host }) => host))
  const names = [
    ...refused.map(({ host, port }) => hostPort(host, port)),
    // Who resolves a name by itself has not asked the proxy, and its port is not known.
    ...[...record.hosts].filter((host) => !asked.has(host) && host !== 'localhost'),
    ...[...record.addresses].filter((address) => !isOwn(address)),
  ]
  const variables = withheld.filter((name) => record.variables.has(name) && !(name in env))
  return [
    ...[...new Set(names)].toSorted().map((name) => ({ kind: 'net' as const, name })),
    ...variables.toSorted().map((name) => ({ kind: 'env' as const, name })),
  ]
}

/** The way to the proxy, and to name servers: that they are asked tells nothing, and what they are asked is told. */
function isOwn(address: string): boolean {
  return (
    address === hostPort(doorwayAddress.host, doorwayAddress.port) || /:(?:53|0)$/.test(address)
  )
}
