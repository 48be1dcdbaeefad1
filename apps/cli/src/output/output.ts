import { plainLines } from './plain.ts'
import { createStyle, safe, type Style, type Text } from './style.ts'
import { tableLines } from './table.ts'

/** Where an {@link Output} writes. */
export interface Sink {
  write(text: string): unknown
  readonly columns?: number
}

/** Prints for people. Whatever is put into a line is made safe, unless {@link Style} made it. */
export class Output {
  readonly style: Style
  readonly #sink: Sink

  constructor(sink: Sink, isColoured: boolean) {
    this.#sink = sink
    this.style = createStyle(isColoured)
  }

  /** Columns to lay out for. */
  get width(): number {
    const { columns = 0 } = this.#sink
    // A terminal that knows no size says 0.
    return columns === 0 ? 80 : Math.max(40, columns)
  }

  /** One line. */
  line(line: Text): void {
    this.#sink.write(`${safe(line)}\n`)
  }

  /** An empty line. */
  gap(): void {
    this.#sink.write('\n')
  }

  /** Longer text of a stranger, its line ends kept. */
  text(text: string): void {
    this.#sink.write(plainLines(text.endsWith('\n') ? text : `${text}\n`))
  }

  /** Rows below headings, laid out for the width. */
  table(headings: readonly string[], rows: readonly (readonly Text[])[]): void {
    this.rows([headings.map((heading) => this.style.faint(heading.toUpperCase())), ...rows])
  }

  /** Rows of aligned columns. */
  rows(rows: readonly (readonly Text[])[]): void {
    for (const line of tableLines(rows, this.width)) this.#sink.write(`${line}\n`)
  }

  /** Names and values, one pair a line. */
  facts(facts: readonly (readonly [string, Text | undefined])[]): void {
    this.rows(
      facts.flatMap(([name, value]) =>
        value === undefined ? [] : [[this.style.faint(name), value]],
      ),
    )
  }
}
