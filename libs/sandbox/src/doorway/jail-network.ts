import { NetworkProxy } from '../network-proxy/network-proxy.ts'
import type { NetworkDecision } from '../network-proxy/network-decision.ts'
import type { NetGrant } from '../policy/network.ts'
import type { NetworkOptions, Violation } from '../sandbox.ts'
import { TrafficMeter, type HostTraffic } from './host-traffic.ts'
import { openDoorway, type DoorwayOptions } from './open-doorway.ts'

/** What the network of a sandbox's jails is made of. */
export interface NetworkParts {
  readonly grants: readonly NetGrant[]
  readonly options: NetworkOptions
}

/** The network of one run: a doorway, and the proxy behind it. Disposing closes every connection. */
export class JailNetwork implements AsyncDisposable {
  /** What the event loop waits for on its behalf. */
  readonly handles: readonly unknown[]
  readonly #proxy: NetworkProxy
  readonly #traffic: TrafficMeter

  private constructor(proxy: NetworkProxy, traffic: TrafficMeter, handles: readonly unknown[]) {
    this.#proxy = proxy
    this.#traffic = traffic
    this.handles = handles
  }

  /**
   * @param pid the program, which stands at its gate
   * @throws SandboxError `MB_SANDBOX_FAILED`
   */
  static async open(
    pid: number,
    { grants, options }: NetworkParts,
    way: DoorwayOptions,
  ): Promise<JailNetwork> {
    const { upstream, resolve, limits, onDecision } = options
    const traffic = new TrafficMeter()
    const tell = (decision: NetworkDecision): void => {
      traffic.add(decision)
      onDecision?.(decision)
    }
    const server = await openDoorway(pid, way)
    const proxy = new NetworkProxy({ grants, upstream, resolve, limits, onDecision: tell })
    proxy.serve(server)
    return new JailNetwork(proxy, traffic, [server])
  }

  /** The hosts that were asked for. */
  get hosts(): readonly HostTraffic[] {
    return this.#traffic.hosts
  }

  /** What was asked for and refused. */
  get violations(): readonly Violation[] {
    return this.#proxy.violations
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#proxy[Symbol.asyncDispose]()
  }
}
