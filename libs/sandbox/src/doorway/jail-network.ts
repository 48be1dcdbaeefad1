import { NetworkProxy } from '../network-proxy/network-proxy.ts'
import type { NetGrant } from '../policy/network.ts'
import type { NetworkOptions, Violation } from '../sandbox.ts'
import { openDoorway, type DoorwayOptions } from './open-doorway.ts'

/** What the network of a sandbox's jails is made of. */
export interface NetworkParts {
  readonly grants: readonly NetGrant[]
  readonly options: NetworkOptions
}

/** The network of one run: a doorway, and the proxy behind it. Disposing closes every connection. */
export class JailNetwork implements AsyncDisposable {
  readonly #proxy: NetworkProxy

  private constructor(proxy: NetworkProxy) {
    this.#proxy = proxy
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
    const server = await openDoorway(pid, way)
    const proxy = new NetworkProxy({ grants, upstream, resolve, limits, onDecision })
    proxy.serve(server)
    return new JailNetwork(proxy)
  }

  /** What was asked for and refused. */
  get violations(): readonly Violation[] {
    return this.#proxy.violations
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#proxy[Symbol.asyncDispose]()
  }
}
