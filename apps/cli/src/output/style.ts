import { styleText, stripVTControlCharacters } from 'node:util'
import { plain } from './plain.ts'

/** Text with colours that we chose ourselves, which a printer may pass on as it is. */
export class Styled {
  /** Safe text with our own escape sequences. */
  readonly text: string

  constructor(safeText: string) {
    this.text = safeText
  }

  /** The text without colours. */
  get plain(): string {
    return stripVTControlCharacters(this.text)
  }
}

/** What a printer takes: strings are strangers' until they have passed {@link safe}. */
export type Text = string | number | Styled

type Paint = (text: Text) => Styled

/** The few ways that `mb` emphasises something. */
export interface Style {
  readonly strong: Paint
  readonly faint: Paint
  readonly good: Paint
  readonly warning: Paint
  readonly bad: Paint
  readonly alarm: Paint
  readonly name: Paint
}

/** Colours, or the same text without. */
export function createStyle(isColoured: boolean): Style {
  const paint =
    (format: Parameters<typeof styleText>[0]): Paint =>
    (text) =>
      new Styled(isColoured ? styleText(format, safe(text), { validateStream: false }) : safe(text))
  return {
    strong: paint('bold'),
    faint: paint('dim'),
    good: paint('green'),
    warning: paint('yellow'),
    bad: paint('red'),
    alarm: paint(['bold', 'inverse', 'red']),
    name: paint('cyan'),
  }
}

/** Text that is safe to print in a line. */
export function safe(value: Text): string {
  return value instanceof Styled ? value.text : plain(String(value))
}

/** A line made of our own words and of values that are made safe. */
export function text(strings: TemplateStringsArray, ...values: readonly Text[]): Styled {
  return new Styled(
    strings.reduce((line, part, at) => `${line}${safe(values[at - 1] ?? '')}${part}`),
  )
}
