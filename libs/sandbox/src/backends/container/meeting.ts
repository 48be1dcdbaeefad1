import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'

/** A place where one process is met, once. */
export class Meeting implements AsyncDisposable {
  /** Who came; undefined where it was closed before. */
  readonly peer: Promise<Socket | undefined>
  readonly #server: Server
  #met: Socket | undefined

  /** @param path of a socket, in a folder of this user's alone */
  static async open(path: string): Promise<Meeting> {
    const server = createServer()
    server.listen(path)
    await once(server, 'listening')
    return new Meeting(server)
  }

  private constructor(server: Server) {
    this.#server = server
    const { promise, resolve } = Promise.withResolvers<Socket | undefined>()
    this.peer = promise
    server.once('connection', (socket) => {
      this.#met = socket
      // Nobody else is waited for, and the name goes with the server.
      server.close()
      resolve(socket)
    })
    server.once('close', () => resolve(undefined))
  }

  /** Ends it for both sides. */
  close(): void {
    this.#server.close()
    this.#met?.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
    await this.peer
  }
}
