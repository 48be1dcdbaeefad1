import type { Socket } from 'node:net'
import { startTimer } from './start-timer.ts'

// apt(8) sends ten requests ahead; whoever sends more fills the memory of the host.
const mostWaiting = 16

/** A connection of the program: its requests one after the other, and how long it may take to ask. */
export class ClientConnection {
  readonly socket: Socket
  /** Whether it was refused as a whole: what else comes is not looked at. */
  isOver = false
  readonly #headMs: number
  readonly #late: () => void
  #waiting = 0
  #last: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #bytesBefore = 0

  /** @param late called when a request was begun and is not finished in time */
  constructor(socket: Socket, headMs: number, late: () => void) {
    this.socket = socket
    this.#headMs = headMs
    this.#late = late
    socket.once('close', () => clearTimeout(this.#timer))
    this.#expect()
  }

  /** Whether requests are being answered. */
  get isBusy(): boolean {
    return this.#waiting > 0
  }

  /** Nothing more is expected of it as HTTP. */
  leave(): void {
    clearTimeout(this.#timer)
  }

  /**
   * Answers one request when those before it are answered.
   *
   * @returns false where too many wait already
   */
  enqueue(serve: () => Promise<void>): boolean {
    if (this.#waiting >= mostWaiting) return false
    clearTimeout(this.#timer)
    this.#waiting += 1
    const serveIfThere = async (): Promise<void> => (this.socket.destroyed ? undefined : serve())
    this.#last = this.#last.then(serveIfThere).finally(() => {
      this.#waiting -= 1
      if (!this.isBusy) this.#expect()
    })
    return true
  }

  #expect(): void {
    if (this.socket.destroyed) return
    this.#bytesBefore = this.socket.bytesRead
    this.#timer = startTimer(this.#headMs, () => {
      if (this.socket.bytesRead > this.#bytesBefore) this.#late()
      this.socket.destroy()
    })
  }
}
