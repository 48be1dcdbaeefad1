/**
 * Control and format characters (which hold the bidirectional overrides), what ends a line, and what is there and cannot be
 * seen: fillers, selectors, tags, the empty braille cell.
 */
const hostile =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\u2800]+/gu

// Nearly all texts are this, and a thousand of them are shown at once: words of ASCII with one space between them.
const ordinary = /^[!-~]+(?: [!-~]+)*$/

/**
 * A stranger's text as it may be shown beside a question: one line, nothing invisible or reordering, and no longer
 * than the question itself.
 */
export function neutralText(text: string, maxLength = 200): string {
  if (text.length <= maxLength && ordinary.test(text)) return text
  const line = text
    .slice(0, maxLength * 8)
    .replace(hostile, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
  // Many marks on one letter reach over the lines above and below.
  const calm = line.replace(/(\p{M}{3})\p{M}+/gu, '$1')
  const characters = Array.from(calm)
  return characters.length <= maxLength ? calm : `${characters.slice(0, maxLength - 1).join('')}…`
}
