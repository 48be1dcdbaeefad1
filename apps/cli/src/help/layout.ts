const pageWidth = 80
const widestLabel = 30

/** Text broken into lines of at most 80 columns between words; a word that is longer stays whole. */
export function wrap(text: string, first: string = '', rest: string = first): readonly string[] {
  const lines: string[] = []
  let line = first
  let isEmpty = true
  for (const word of text.split(' ').filter((each) => each !== '')) {
    if (!isEmpty && line.length + 1 + word.length > pageWidth) {
      lines.push(line)
      line = rest
      isEmpty = true
    }
    line += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...lines, line]
}

/** Labels and what they mean, in two columns; a long label has a line of its own. */
export function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const widths = rows.map(([label]) => label.length).filter((width) => width <= widestLabel)
  const at = Math.max(0, ...widths) + 4
  const indent = ' '.repeat(at)
  return rows.flatMap(([label, meaning]) => {
    const head = `  ${label}`
    if (meaning === '') return [head]
    if (head.length > at - 2) return [head, ...wrap(meaning, indent)]
    return wrap(meaning, head.padEnd(at), indent)
  })
}
