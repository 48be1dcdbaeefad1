import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { CallError, callErrorCodes } from './call-error.ts'
import { LineDecoder } from './line-decoder.ts'
import { formatMessage, parseMessage, type Message } from './message.ts'
import { PendingCalls, type CallOptions } from './pending-calls.ts'
import { ProtocolFault } from './protocol-fault.ts'
import { protocolLimits, type ProtocolLimits } from './protocol-limits.ts'
import { TokenBucket } from './token-bucket.ts'

/** Answers a request. What it throws goes back: a {@link CallError} as it is, anything else as `internal`. */
export type RequestHandler = (params: Params, signal: AbortSignal) => unknown

/** Takes a notification. */
export type NotificationHandler = (params: Params) => void

/** The parameters of a call, by name. Another side's: nothing about them is known. */
export type Params = Readonly<Record<string, unknown>>

/** Finds what answers or takes a message by its method; a map is one. */
export interface Handlers<Handler> {
  get(method: string): Handler | undefined
}

/** How a {@link Peer} is opened. */
export interface PeerOptions {
  readonly requests?: Handlers<RequestHandler>
  /** Notifications of other names are let pass. */
  readonly notifications?: Handlers<NotificationHandler>
  /** @default protocolLimits */
  readonly limits?: Partial<ProtocolLimits>
  /** A clock that never goes back, in milliseconds. @default performance.now */
  readonly now?: () => number
}

// A long message weighs as many as this many short ones in the same bytes.
const bytesPerToken = 256 * 1024

/** One side of an `mbp/1` connection: calls, and answers calls. A side that breaks the rules is cut off. */
export class Peer implements Disposable {
  /** Why it ended. Settles once, and never fails. */
  readonly closed: Promise<ProtocolFault>
  readonly #stream: Duplex
  readonly #limits: ProtocolLimits
  readonly #requests: Handlers<RequestHandler>
  readonly #notifications: Handlers<NotificationHandler>
  readonly #decoder: LineDecoder
  readonly #bucket: TokenBucket
  readonly #calls: PendingCalls
  readonly #serving = new Map<number, AbortController>()
  readonly #close: (fault: ProtocolFault) => void
  #servingBytes = 0
  #fault: ProtocolFault | undefined

  constructor(stream: Duplex, options: PeerOptions = {}) {
    const { promise, resolve } = Promise.withResolvers<ProtocolFault>()
    this.closed = promise
    this.#close = resolve
    this.#stream = stream
    this.#limits = { ...protocolLimits, ...options.limits }
    this.#requests = options.requests ?? new Map<string, RequestHandler>()
    this.#notifications = options.notifications ?? new Map<string, NotificationHandler>()
    this.#decoder = new LineDecoder(this.#limits.maxLineBytes)
    this.#bucket = new TokenBucket(
      { burst: this.#limits.burst, perSecond: this.#limits.messagesPerSecond },
      options.now ?? (() => performance.now()),
    )
    this.#calls = new PendingCalls(this.#limits.maxPending, (message) => this.#send(message))
    stream.on('data', (bytes: Buffer) => this.#read(bytes))
    stream.on('end', () => this.#ended())
    stream.on('close', () => this.#ended())
    stream.on('error', (error) =>
      this.#end(
        new ProtocolFault('ended', `the connection broke: ${error.message}`, { cause: error }),
      ),
    )
  }

  /**
   * Calls the other side. Aborting the signal asks it to stop; its answer is waited for still.
   *
   * @throws CallError what the other side answered; ProtocolFault when it did not
   */
  async call(method: string, params: Params, options: CallOptions = {}): Promise<unknown> {
    if (this.#fault !== undefined) throw this.#fault
    return await this.#calls.start(method, params, options)
  }

  /** Tells the other side. After the end of the connection it does nothing. */
  notify(method: string, params: Params): void {
    this.#send({ kind: 'notification', method, params })
  }

  /** Ends the connection: open calls on both sides fail. */
  [Symbol.dispose](): void {
    this.#end(new ProtocolFault('ended', 'the connection was closed here'))
  }

  #read(bytes: Buffer): void {
    try {
      for (const line of this.#decoder.push(bytes)) {
        if (this.#fault !== undefined) return
        this.#take(parseMessage(line), line.length)
      }
    } catch (error) {
      this.#end(asFault(error))
    }
  }

  #take(message: Message, length: number): void {
    switch (message.kind) {
      case 'request':
        void this.#serve(message, length, this.#admit(message.id, length))
        return
      case 'notification':
        if (!this.#bucket.tryTake(weight(length)))
          throw new ProtocolFault(
            'flood',
            `more than ${this.#limits.messagesPerSecond} messages a second`,
          )
        this.#hear(message.method, message.params)
        return
      case 'result':
      case 'error':
        this.#calls.settle(message)
    }
  }

  #hear(method: string, params: unknown): void {
    const given = asParams(params)
    if (method === '$/cancel') {
      const { id } = given
      if (typeof id === 'number')
        this.#serving.get(id)?.abort(new CallError(callErrorCodes.cancelled, 'it was cancelled'))
      return
    }
    this.#notifications.get(method)?.(given)
  }

  async #serve(
    { id, method, params }: Message & { readonly kind: 'request' },
    bytes: number,
    signal: AbortSignal,
  ): Promise<void> {
    const waitMs = this.#bucket.reserve(weight(bytes))
    if (waitMs > 0) await sleep(waitMs, undefined, { ref: false })
    const answer = await this.#answer(id, method, asParams(params), signal)
    this.#serving.delete(id)
    this.#servingBytes -= bytes
    this.#send(answer)
  }

  #admit(id: number, bytes: number): AbortSignal {
    if (this.#serving.has(id)) throw new ProtocolFault('unexpected', `request ${id} came twice`)
    if (this.#serving.size >= this.#limits.maxPending)
      throw new ProtocolFault('flood', `more than ${this.#limits.maxPending} requests are open`)
    this.#servingBytes += bytes
    if (this.#servingBytes > this.#limits.maxPendingBytes)
      throw new ProtocolFault(
        'flood',
        `open requests hold more than ${this.#limits.maxPendingBytes} bytes`,
      )
    const controller = new AbortController()
    this.#serving.set(id, controller)
    return controller.signal
  }

  async #answer(id: number, method: string, params: Params, signal: AbortSignal): Promise<Message> {
    try {
      if (method === '$/ping') return { kind: 'result', id, value: null }
      const handler = this.#requests.get(method)
      if (handler === undefined)
        throw new CallError(callErrorCodes.methodNotFound, `there is no method "${method}"`)
      return { kind: 'result', id, value: await handler(params, signal) }
    } catch (error) {
      return { kind: 'error', id, error: messageError(error) }
    }
  }

  #send(message: Message): void {
    if (this.#fault !== undefined || !this.#stream.writable) return
    const line = this.#format(message)
    this.#stream.write(line)
    if (this.#stream.writableLength > this.#limits.maxUnsentBytes)
      this.#end(new ProtocolFault('stalled', 'the other side does not read'))
  }

  /** A call that cannot be written fails at its caller; an answer that cannot is an error for the other side. */
  #format(message: Message): string {
    try {
      const line = formatMessage(message)
      if (Buffer.byteLength(line) - 1 <= this.#limits.maxLineBytes) return line
      throw new CallError(
        callErrorCodes.limit,
        `it is larger than ${this.#limits.maxLineBytes} bytes as JSON`,
      )
    } catch (error) {
      if (message.kind !== 'result') throw error
      const reason = error instanceof Error ? error.message : String(error)
      return formatMessage({
        kind: 'error',
        id: message.id,
        error: {
          code: callErrorCodes.limit,
          message: `the result cannot be sent: ${reason}`,
          data: {},
        },
      })
    }
  }

  #ended(): void {
    this.#end(
      new ProtocolFault('ended', this.#decoder.isInLine ? 'it ended within a message' : 'it ended'),
    )
  }

  #end(fault: ProtocolFault): void {
    if (this.#fault !== undefined) return
    this.#fault = fault
    this.#calls.fail(fault)
    for (const controller of this.#serving.values()) controller.abort(fault)
    this.#stream.destroy()
    this.#close(fault)
  }
}

function weight(bytes: number): number {
  return 1 + Math.floor(bytes / bytesPerToken)
}

function asParams(params: unknown): Params {
  return typeof params === 'object' && params !== null ? { ...params } : {}
}

function asFault(error: unknown): ProtocolFault {
  if (error instanceof ProtocolFault) return error
  return new ProtocolFault('malformed', String(error), { cause: error })
}

function messageError(error: unknown): {
  readonly code: number
  readonly message: string
  readonly data: Params
} {
  if (error instanceof CallError)
    return { code: error.code, message: error.message, data: error.data }
  const message = error instanceof Error ? error.message : String(error)
  return { code: callErrorCodes.internal, message, data: {} }
}
