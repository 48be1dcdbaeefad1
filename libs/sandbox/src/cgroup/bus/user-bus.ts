import { connect, type Socket } from 'node:net'
import type { BusCall, BusMessage } from './bus-message.ts'
import { encodeCall } from './encode-call.ts'
import { takeMessage } from './take-message.ts'

/**
 * A connection to a message bus: as much of D-Bus as it takes to ask for something and to hear that it was done. No program is started
 * for it, and nothing of the environment is believed.
 */
export class UserBus implements Disposable {
  readonly #socket: Socket
  readonly #failed = Promise.withResolvers<never>()
  readonly #listeners = new Set<(message: BusMessage) => void>()
  #serial = 0
  #came: Buffer = Buffer.alloc(0)
  #isAccepted = false

  /** @param signal ends the connection, and with it all that is waited for */
  constructor(path: string, user: number, signal: AbortSignal) {
    // It may fail while nothing is waited for.
    this.#failed.promise.catch(() => {})
    this.#socket = connect({ path, signal })
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    this.#socket.on('error', (error) => this.#failed.reject(error))
    this.#socket.on('close', () => this.#failed.reject(new Error('the bus has hung up')))
    // The kernel tells the bus who this is ("Authentication protocol"); its answer need not be waited for.
    const identity = Buffer.from(String(user)).toString('hex')
    this.#socket.write(`\0AUTH EXTERNAL ${identity}\r\nBEGIN\r\n`)
  }

  /**
   * Asks, and waits for the answer.
   *
   * @throws Error for a refusal, with what the other side says
   */
  async call(call: BusCall): Promise<BusMessage['body']> {
    this.#serial += 1
    const serial = this.#serial
    const answer = this.hear(({ answers }) => answers === serial)
    this.#socket.write(encodeCall(call, serial))
    const { kind, errorName, body } = await answer
    if (kind === 'answer') return body
    throw new Error(`${String(body[0] ?? 'refused')} (${errorName ?? 'no name'})`)
  }

  /** Waits for a message that comes from now on. */
  async hear(isMeant: (message: BusMessage) => boolean): Promise<BusMessage> {
    const { promise, resolve } = Promise.withResolvers<BusMessage>()
    const listener = (message: BusMessage): void => {
      if (isMeant(message)) resolve(message)
    }
    this.#listeners.add(listener)
    try {
      return await Promise.race([promise, this.#failed.promise])
    } finally {
      this.#listeners.delete(listener)
    }
  }

  [Symbol.dispose](): void {
    this.#socket.destroy()
  }

  #receive(chunk: Buffer): void {
    try {
      this.#came = Buffer.concat([this.#came, chunk])
      if (!this.#isAccepted && !this.#readAcceptance()) return
      for (let taken = takeMessage(this.#came); taken !== undefined;) {
        this.#came = taken.rest
        for (const listener of this.#listeners) listener(taken.message)
        taken = takeMessage(this.#came)
      }
    } catch (error) {
      this.#failed.reject(error)
      this.#socket.destroy()
    }
  }

  /** Before the first message the bus says in a line of text whether it takes this user. */
  #readAcceptance(): boolean {
    const end = this.#came.indexOf('\r\n')
    const line = this.#came.toString('latin1', 0, Math.min(end === -1 ? mostLine : end, mostLine))
    if (end === -1 && this.#came.length < mostLine) return false
    if (!line.startsWith('OK ')) throw new Error(`the bus says ${JSON.stringify(line)}`)
    this.#came = this.#came.subarray(end + 2)
    this.#isAccepted = true
    return true
  }
}

const mostLine = 256
