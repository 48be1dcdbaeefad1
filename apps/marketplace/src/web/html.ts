import { html as escaped, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

/** Markup in which every text was escaped. */
export type Html = HtmlEscapedString

/** What may stand in markup: texts are escaped, `undefined` and `false` leave nothing. */
export type Child = Html | string | number | undefined | false | readonly Child[]

/** A template whose texts are escaped, in elements and in quoted attributes. */
export function html(strings: TemplateStringsArray, ...children: readonly Child[]): Html {
  const markup = escaped(strings, ...children)
  if (markup instanceof Promise)
    throw new TypeError('Cannot render a page: a part of it is a promise')
  return markup
}

/** Markup that was made safe elsewhere, as it stands. */
export function trusted(markup: string): Html {
  return raw(markup)
}
