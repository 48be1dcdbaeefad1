import type { Readable } from 'node:stream'

/** The lines of a stream in Latin-1, undefined in place of each that is longer than may be. */
export class LongLines implements AsyncIterable<string | undefined> {
  readonly #stream: Readable
  readonly #longest: number

  constructor(stream: Readable, longest: number) {
    this.#stream = stream
    this.#longest = longest
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string | undefined, void> {
    let rest = ''
    let isTooLong = false
    this.#stream.setEncoding('latin1')
    for await (const chunk of this.#stream) {
      const parts = (rest + String(chunk)).split('\n')
      rest = parts.pop() ?? ''
      for (const part of parts) {
        yield isTooLong || part.length > this.#longest ? undefined : part
        isTooLong = false
      }
      if (rest.length <= this.#longest) continue
      isTooLong = true
      rest = ''
    }
    if (isTooLong) yield undefined
    else if (rest !== '') yield rest
  }
}
