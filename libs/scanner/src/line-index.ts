import { neutralText } from '@mb/manifest'

/** Turns offsets of a text into lines and columns. */
export class LineIndex {
  readonly #text: string
  readonly #starts: number[] = [0]

  constructor(text: string) {
    this.#text = text
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1))
      this.#starts.push(at + 1)
  }

  /** Line and column of an offset, both from 1, and the line itself made harmless. */
  locate(offset: number): {
    readonly line: number
    readonly column: number
    readonly snippet: string
  } {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    const start = this.#starts[low] ?? 0
    // A line may be the whole of a minified file: what is shown begins near the place.
    const from = Math.max(start, offset - 40)
    const end = this.#starts[low + 1] ?? this.#text.length
    const snippet = neutralText(this.#text.slice(from, Math.min(end, from + 160)).trim(), 120)
    return { line: low + 1, column: offset - start + 1, snippet }
  }
}
