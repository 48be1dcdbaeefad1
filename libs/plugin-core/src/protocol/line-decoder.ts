import { ProtocolFault } from './protocol-fault.ts'

const lineFeed = 0x0a

/** Cuts a stream of bytes into lines of UTF-8, however the bytes come. Empty lines are left out. */
export class LineDecoder {
  readonly #maxBytes: number
  readonly #text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  #parts: Buffer[] = []
  #length = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Whether a line has begun and not ended. */
  get isInLine(): boolean {
    return this.#length > 0
  }

  /**
   * The lines that these bytes complete.
   *
   * @throws ProtocolFault `too-long`, `malformed`
   */
  *push(bytes: Buffer): Generator<string> {
    let start = 0
    for (;;) {
      const end = bytes.indexOf(lineFeed, start)
      const part = bytes.subarray(start, end === -1 ? bytes.length : end)
      this.#length += part.length
      if (this.#length > this.#maxBytes)
        throw new ProtocolFault('too-long', `a line is longer than ${this.#maxBytes} bytes`)
      if (part.length > 0) this.#parts.push(part)
      if (end === -1) return
      if (this.#length > 0) yield this.#take()
      start = end + 1
    }
  }

  #take(): string {
    const [only, ...more] = this.#parts
    const line = only === undefined || more.length > 0 ? Buffer.concat(this.#parts) : only
    this.#parts = []
    this.#length = 0
    try {
      return this.#text.decode(line)
    } catch (error) {
      throw new ProtocolFault('malformed', 'a line is not UTF-8', { cause: error })
    }
  }
}
