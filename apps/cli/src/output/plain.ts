// Controls (escape sequences begin with one), format characters (text that runs right to left, invisible letters),
// separators that break a line, and code points without a meaning: none belongs into one line of text.
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]+/gu

// Nearly all text is this, and the classes of Unicode take a millisecond to compile: that counts when mb starts.
const ordinary = /^[ -~]*$/

/** One line of text that can do nothing to a terminal: what a stranger wrote is passed through here before it is shown. */
export function plain(text: string): string {
  return ordinary.test(text) ? text : text.replace(unsafe, ' ')
}

/** As {@link plain}, with the line ends and tabs of longer text kept. */
export function plainLines(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.split('\t').map(plain).join('\t'))
    .join('\n')
}
