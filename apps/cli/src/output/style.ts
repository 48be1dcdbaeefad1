import { styleText } from 'node:util'
import { plain } from './plain.ts'

// A registered symbol is known to every bundle that this module is part of; a class is not. JSON cannot carry one.
const brand = Symbol.for('@mb/cli/Styled')

/** Text with colours that we chose ourselves, which a printer may pass on as it is. */
export class Styled {
  /** Safe text with our own escape sequences. */
  readonly text: string

  constructor(safeText: string) {
    this.text = safeText
    Object.defineProperty(this, brand, { value: true })
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
    (value) =>
      new Styled(
        isColoured ? styleText(format, safe(value), { validateStream: false }) : safe(value),
      )
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
  return isStyled(value) ? value.text : plain(String(value))
}

function isStyled(value: Text): value is Styled {
  return typeof value === 'object' && brand in value
}

/** A line made of our own words and of values that are made safe. */
export function text(strings: TemplateStringsArray, ...values: readonly Text[]): Styled {
  return new Styled(
    strings.reduce((line, part, at) => `${line}${safe(values[at - 1] ?? '')}${part}`),
  )
}
