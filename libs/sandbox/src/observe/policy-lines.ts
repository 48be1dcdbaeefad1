import type { NetGrant } from '../policy/network.ts'
import type { LeastPolicy } from './observation.ts'

/** One line of a policy. */
export type PolicyLine =
  | { readonly kind: 'read' | 'write'; readonly path: string }
  | { readonly kind: 'net'; readonly grant: NetGrant }
  | { readonly kind: 'env'; readonly name: string }

/** The lines of a policy, what can do most harm first. */
export function linesOf({ read, write, net, env }: LeastPolicy): readonly PolicyLine[] {
  return [
    ...write.map((path) => ({ kind: 'write' as const, path })),
    ...net.map((grant) => ({ kind: 'net' as const, grant })),
    ...env.map((name) => ({ kind: 'env' as const, name })),
    ...read.map((path) => ({ kind: 'read' as const, path })),
  ]
}

/** A policy without one of its lines. */
export function without(policy: LeastPolicy, line: PolicyLine): LeastPolicy {
  switch (line.kind) {
    case 'read':
      return { ...policy, read: policy.read.filter((path) => path !== line.path) }
    case 'write':
      return { ...policy, write: policy.write.filter((path) => path !== line.path) }
    case 'net':
      return { ...policy, net: policy.net.filter((grant) => grant !== line.grant) }
    case 'env':
    default:
      return { ...policy, env: policy.env.filter((name) => name !== line.name) }
  }
}
