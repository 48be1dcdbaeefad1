import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import {
  openSandbox,
  sandboxMinimum,
  type BackendName,
  type Sandbox,
  type SandboxOptions,
} from '@mb/sandbox'

/** A host that keeps what it is asked for, on this machine. */
export class ServedHost implements AsyncDisposable {
  readonly asked: string[] = []
  connections = 0
  readonly port: number
  readonly #server: Server

  private constructor(server: Server) {
    const address = server.address()
    if (typeof address !== 'object' || address === null)
      throw new TypeError('Cannot serve: the server has no port')
    this.#server = server
    this.port = address.port
    server.on('connection', () => (this.connections += 1))
    server.on('request', ({ method, url }) => this.asked.push(`${method} ${url}`))
  }

  static async open(): Promise<ServedHost> {
    const server = createServer((_request, response) => {
      // The same answer at any time.
      response.sendDate = false
      response.end('served')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new ServedHost(server)
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Opens a sandbox whose policy names this host. */
  async open(backend: BackendName, options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
    const policy = { net: [{ host: '127.0.0.1', ports: [this.port] }] }
    return openSandbox({ backend, minimum: sandboxMinimum, policy, ...options })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }
}
