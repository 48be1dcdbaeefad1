/** A table for a terminal: columns as wide as their widest cell, empty ones left out. */
export function textTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = heads
    .map((head, index) => ({ head, cells: rows.map((row) => row[index] ?? '') }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''))
    .map(({ head, cells }) => {
      const width = Math.max(head.length, ...cells.map((cell) => cell.length))
      return [head, ...cells].map((cell) => cell.padEnd(width))
    })
  const lines = [heads, ...rows].map((_, line) => columns.map((column) => column[line]).join('  '))
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}

/** The same for a page in Markdown. */
export function markdownTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const lines = [heads, heads.map(() => '---'), ...rows]
  return lines.map((cells) => `| ${cells.map(escapeCell).join(' | ')} |\n`).join('')
}

function escapeCell(cell: string): string {
  return cell.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ')
}
