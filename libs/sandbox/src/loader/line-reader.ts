import type { Duplex } from 'node:stream'

/** Reads the few short lines that set-up says on a socket. */
export class LineReader {
  readonly socket: Duplex
  readonly lines: string[] = []
  readonly #waiting = new Set<() => void>()
  #rest = ''
  #isOver = false

  constructor(socket: Duplex) {
    this.socket = socket
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => this.#take(text))
    // A peer that died resets the connection; its end is what counts.
    socket.on('error', () => this.#finish())
    socket.on('close', () => this.#finish())
    socket.on('end', () => this.#finish())
  }

  /** What the first line means that means anything, said already or to come; undefined when none came before the end. */
  async find<T>(parse: (line: string) => T | undefined): Promise<T | undefined> {
    for (let seen = 0; ;) {
      for (; seen < this.lines.length; seen += 1) {
        const found = parse(this.lines[seen] ?? '')
        if (found !== undefined) return found
      }
      if (this.#isOver) return undefined
      const { promise, resolve } = Promise.withResolvers<undefined>()
      this.#waiting.add(() => resolve(undefined))
      await promise
    }
  }

  #take(text: string): void {
    const parts = (this.#rest + text).split('\n')
    this.#rest = (parts.pop() ?? '').slice(0, longestLine)
    if (this.lines.length < mostLines)
      this.lines.push(...parts.map((line) => line.slice(0, longestLine)))
    this.#wake()
  }

  #finish(): void {
    if (this.#isOver) return
    this.#isOver = true
    if (this.#rest !== '') this.lines.push(this.#rest)
    this.#wake()
  }

  #wake(): void {
    for (const resume of this.#waiting) resume()
    this.#waiting.clear()
  }
}

const longestLine = 4096
const mostLines = 256
