/**
 * Control and format characters, which reorder lines or carry text that nobody sees; tabs and line ends stay, and the joiners that
 * Persian, Indic scripts and emoji are written with.
 */
const hidden = /(?![\t\n\r\u200C\u200D])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu

/** A text of many lines without what is not seen, and with no more marks on a letter than its line holds. */
export function visibleText(text: string): string {
  return text.replace(hidden, '').replace(/(\p{M}{3})\p{M}+/gu, '$1')
}
