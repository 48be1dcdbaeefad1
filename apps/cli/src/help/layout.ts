const pageWidth = 80
const widestLabel = 30

/** Text broken into lines of at most 80 columns between words; a word that is longer stays whole. */
export function wrap(text: string, first: string = '', rest: string = first): readonly string[] {
  const lines: string[] = []
  let indent = first
  const trimmed = text.trim()
  let left = trimmed.includes('  ') ? trimmed.replaceAll(/ {2,}/g, ' ') : trimmed
  // Cut at spaces and not into words: the commands of a thousand plugins are laid out at once.
  while (indent.length + left.length > pageWidth) {
    const last = left.lastIndexOf(' ', pageWidth - indent.length)
    const at = last === -1 ? left.indexOf(' ') : last
    if (at === -1) break
    lines.push(indent + left.slice(0, at))
    left = left.slice(at + 1)
    indent = rest
  }
  return [...lines, indent + left]
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
