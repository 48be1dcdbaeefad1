import { CallError } from './call-error.ts'
import type { Message } from './message.ts'
import { ProtocolFault } from './protocol-fault.ts'

/** How a call is made. */
export interface CallOptions {
  /** Asks the other side to stop. */
  readonly signal?: AbortSignal | undefined
  /** The call fails when it is not answered by then. @default Infinity */
  readonly timeoutMs?: number | undefined
}

interface Call {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** The calls of one side that wait for their answer. Those beyond the window wait for their turn. */
export class PendingCalls {
  readonly #window: number
  readonly #send: (message: Message) => void
  // A call that was given up stays, without its caller, until its answer came: only then is its id unexpected.
  readonly #open = new Map<number, Call>()
  readonly #waiting: (() => void)[] = []
  #nextId = 1
  #taken = 0
  #fault: ProtocolFault | undefined

  constructor(window: number, send: (message: Message) => void) {
    this.#window = window
    this.#send = send
  }

  async start(
    method: string,
    params: Readonly<Record<string, unknown>>,
    { signal, timeoutMs }: CallOptions,
  ): Promise<unknown> {
    signal?.throwIfAborted()
    await this.#turn()
    const id = this.#nextId
    this.#nextId += 1
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    this.#open.set(id, { resolve, reject })
    const cancel = (): void =>
      this.#send({ kind: 'notification', method: '$/cancel', params: { id } })
    const timer =
      timeoutMs === undefined || timeoutMs === Infinity
        ? undefined
        : setTimeout(() => {
            cancel()
            reject(
              new ProtocolFault('deadline', `"${method}" was not answered within ${timeoutMs} ms`),
            )
          }, timeoutMs)
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      this.#write({ kind: 'request', id, method, params })
      return await promise
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', cancel)
    }
  }

  /**
   * Hands an answer to its caller.
   *
   * @throws ProtocolFault `unexpected` when nobody waits for it
   */
  settle(answer: Message & { readonly kind: 'result' | 'error' }): void {
    const call = this.#open.get(answer.id)
    if (call === undefined)
      throw new ProtocolFault(
        'unexpected',
        `an answer came to request ${answer.id}, which is not open`,
      )
    this.#open.delete(answer.id)
    this.#release()
    if (answer.kind === 'result') return call.resolve(answer.value)
    const { code, message, data } = answer.error
    call.reject(new CallError(code, message, data))
  }

  /** Fails all calls, those to come too. */
  fail(fault: ProtocolFault): void {
    this.#fault = fault
    for (const { reject } of this.#open.values()) reject(fault)
    this.#open.clear()
    for (const go of this.#waiting.splice(0)) go()
  }

  async #turn(): Promise<void> {
    if (this.#taken < this.#window) this.#taken += 1
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    if (this.#fault !== undefined) throw this.#fault
  }

  /** Hands the place to whoever waits longest: it never looks free in between. */
  #release(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#taken -= 1
    else next()
  }

  #write(message: Message & { readonly kind: 'request' }): void {
    try {
      this.#send(message)
    } catch (error) {
      this.#open.delete(message.id)
      this.#release()
      throw error
    }
  }
}
