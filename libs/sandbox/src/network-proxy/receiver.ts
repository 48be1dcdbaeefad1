import type { OnReadOpts, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Exchange } from './exchange.ts'

// Twice what a stream reads at once: half the processor time of a stream, and 32 MiB for the most tunnels that there are by default.
const bufferBytes = 128 * 1024

/**
 * Reads what a host sends into one buffer, again and again, and hands it on before it reads more: a stream makes a new one for each
 * reading, which is most of what carrying costs.
 */
export class Receiver {
  #take: (bytes: number, buffer: Uint8Array) => boolean = () => false

  /** For the connection to the host, which has to be paused until {@link Receiver.join}. */
  open(): OnReadOpts {
    return {
      buffer: Buffer.allocUnsafeSlow(bufferBytes),
      callback: (bytes, buffer) => this.#take(bytes, buffer),
    }
  }

  /** Hands on what comes to the program. */
  join(host: Socket, program: Duplex, exchange: Exchange): void {
    let isWaiting = false
    const goOn = (): void => {
      if (!isWaiting || program.writableLength > 0) return
      isWaiting = false
      host.resume()
    }
    this.#take = (bytes, buffer) => {
      exchange.down(bytes)
      if (program.destroyed) return false
      program.write(buffer.subarray(0, bytes), goOn)
      // What the kernel has not taken yet lies in the buffer still.
      isWaiting = program.writableLength > 0
      return !isWaiting
    }
    host.once('end', () => program.end())
    host.resume()
  }
}
