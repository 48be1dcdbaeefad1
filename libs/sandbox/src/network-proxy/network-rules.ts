import type { NetGrant } from '../policy/network.ts'
import { canonicalAddress, classifyAddress, type AddressClass } from '@mb/kernel'
import type { Target } from './target.ts'

interface Rule {
  readonly host: string
  readonly kind: 'all' | 'below' | 'name' | 'address'
  readonly ports: ReadonlySet<number> | undefined
}

/** What a policy grants of the network: names by name, addresses by address, and neither by the other. */
export class NetworkRules {
  readonly #rules: readonly Rule[]

  /** @param grants that were checked */
  constructor(grants: readonly NetGrant[]) {
    this.#rules = grants.map(ruleOf)
  }

  /** Whether a target may be asked for at all: its name may be resolved, and its address be looked at. */
  grants(target: Target): boolean {
    return this.#rules.some((rule) => isOpen(rule, target.port) && matches(rule, target))
  }

  /**
   * Whether an address may be connected to for a target that is granted: one that is public; one that a grant names by itself; loopback for the
   * name `localhost`.
   *
   * @returns its class where not
   */
  refusedClass(target: Target, address: string): AddressClass | undefined {
    const found = classifyAddress(address)
    if (found === 'public' || this.#names(address, target.port)) return undefined
    return found === 'loopback' && this.#grantsLocalhost(target) ? undefined : found
  }

  #names(address: string, port: number): boolean {
    return this.#rules.some(
      (rule) => rule.kind === 'address' && rule.host === address && isOpen(rule, port),
    )
  }

  #grantsLocalhost({ host, port }: Target): boolean {
    return (
      host === 'localhost' &&
      this.#rules.some((rule) => rule.kind === 'name' && rule.host === host && isOpen(rule, port))
    )
  }
}

function ruleOf({ host, ports }: NetGrant): Rule {
  const open = ports === undefined ? undefined : new Set(ports)
  const address = canonicalAddress(host)
  if (address !== undefined) return { kind: 'address', host: address, ports: open }
  if (host === '*') return { kind: 'all', host, ports: open }
  const name = host.toLowerCase()
  return name.startsWith('*.')
    ? { kind: 'below', host: name.slice(1), ports: open }
    : { kind: 'name', host: name, ports: open }
}

function isOpen({ ports }: Rule, port: number): boolean {
  return ports?.has(port) ?? true
}

function matches(rule: Rule, { kind, host }: Target): boolean {
  if (rule.kind === 'all') return true
  if (kind === 'address') return rule.kind === 'address' && rule.host === host
  if (rule.kind === 'below') return host.endsWith(rule.host) && host.length > rule.host.length
  return rule.kind === 'name' && rule.host === host
}
