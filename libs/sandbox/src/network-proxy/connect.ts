import { connect, type Socket } from 'node:net'
import type { Receiver } from './receiver.ts'

/** Where to connect: addresses that were checked, best first, and one port. */
export interface Destination {
  readonly addresses: readonly string[]
  readonly port: number
}

/** How to connect. */
export interface ConnectOptions {
  readonly signal: AbortSignal
  /** Reads what comes; the connection is paused then. */
  readonly receiver?: Receiver | undefined
}

// RFC 8305, 8: "Connection Attempt Delay", recommended value.
const nextAfterMs = 250

/**
 * Connects to the first address that answers: each next one is tried when the one before has failed, or has not answered for a
 * moment (RFC 8305). Nothing is resolved.
 *
 * @throws the error of the last that failed, or the reason of the signal
 */
export async function connectToAny(
  { addresses, port }: Destination,
  { signal, receiver }: ConnectOptions,
): Promise<Socket> {
  signal.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const waiting = [...addresses]
  const trying = new Set<Socket>()
  let timer: NodeJS.Timeout | undefined
  let failure: unknown = new Error('Cannot connect: there is no address')
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })

  const tryNext = (): void => {
    clearTimeout(timer)
    const address = waiting.shift()
    if (address === undefined) {
      if (trying.size === 0) reject(failure)
      return
    }
    const onread = receiver?.open()
    const socket = connect({
      host: address,
      port,
      noDelay: true,
      allowHalfOpen: true,
      ...(onread === undefined ? {} : { onread }),
    })
    if (onread !== undefined) socket.pause()
    trying.add(socket)
    socket.once('connect', () => {
      trying.delete(socket)
      resolve(socket)
    })
    socket.once('error', (error) => {
      failure = error
      trying.delete(socket)
      tryNext()
    })
    timer = setTimeout(tryNext, nextAfterMs)
  }

  tryNext()
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    waiting.length = 0
    signal.removeEventListener('abort', abort)
    for (const socket of trying) socket.destroy()
  }
}
