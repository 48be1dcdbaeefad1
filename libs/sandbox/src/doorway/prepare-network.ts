import type { BackendName } from '../backend.ts'
import type { JailPart } from '../jail/jail-plan.ts'
import { NetworkProxy } from '../network-proxy/network-proxy.ts'
import type { ResolvedPolicy } from '../policy.ts'
import type { NetworkOptions } from '../sandbox.ts'
import { readAuthorities, type Authorities } from './authorities.ts'
import type { NetworkParts } from './jail-network.ts'
import { networkVariables } from './network-variables.ts'
import { requireDoorway } from './require-doorway.ts'

/** A policy whose programs find the proxy, and what is behind it. */
export interface PreparedNetwork {
  readonly policy: ResolvedPolicy
  readonly network: NetworkParts
}

/**
 * Makes a policy that allows connections ready: what leads to the proxy, and the authorities that programs trust.
 *
 * @throws SandboxError `MB_SANDBOX_NETWORK`, `MB_SANDBOX_POLICY`, `MB_SANDBOX_UPSTREAM`
 * @throws RangeError, TypeError for limits that are none
 */
export async function prepareNetwork(
  policy: ResolvedPolicy,
  backend: BackendName,
  options: NetworkOptions = {},
): Promise<PreparedNetwork> {
  requireDoorway(backend)
  const { upstream, resolve, limits } = options
  // Each program gets one of its own: what is wrong with it is told before the first.
  void new NetworkProxy({ grants: policy.net, upstream, resolve, limits })
  const authorities = await readAuthorities(options.certificateAuthorities ?? [])
  return {
    policy: {
      ...policy,
      env: { ...networkVariables(policy.env), ...authorityVariables(authorities) },
      parts: [...policy.parts, ...authorityParts(authorities)],
    },
    network: { grants: policy.net, options },
  }
}

// In /run, where nothing can be granted, so that no grant hides them.
const allInside = '/run/authorities.pem'
const ownInside = '/run/own-authorities.pem'
/** Where programs look that know of no variable. */
const usualPlace = '/etc/ssl/certs/ca-certificates.crt'

function authorityParts({ all, own }: Authorities): readonly JailPart[] {
  return [
    ...(all === undefined
      ? []
      : ([
          { kind: 'file', path: allInside, text: all },
          { kind: 'link', path: usualPlace, target: allInside },
        ] as const)),
    ...(own === undefined ? [] : [{ kind: 'file', path: ownInside, text: own } as const]),
  ]
}

function authorityVariables({ all, own }: Authorities): Readonly<Record<string, string>> {
  const names = ['SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO']
  return {
    ...(all === undefined ? {} : Object.fromEntries(names.map((name) => [name, allInside]))),
    ...(own === undefined ? {} : { NODE_EXTRA_CA_CERTS: ownInside }),
  }
}
