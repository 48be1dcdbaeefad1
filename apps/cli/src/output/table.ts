import { stripVTControlCharacters } from 'node:util'
import stringWidth from 'fast-string-width'
import { safe, type Text } from './style.ts'

const gap = 2
const narrowest = 8

/**
 * Rows as lines of aligned columns. When they are wider than the page the widest columns give way, the first one last, and a
 * cell that does not fit is broken over lines.
 */
export function tableLines(rows: readonly (readonly Text[])[], width: number): readonly string[] {
  const count = Math.max(0, ...rows.map((row) => row.length))
  const wanted = Array.from({ length: count }, (_, column) =>
    Math.max(0, ...rows.map((row) => widthOf(row[column] ?? ''))),
  )
  const widths = fit(wanted, width - gap * (count - 1))
  return rows.flatMap((row) => rowLines(row, widths))
}

function rowLines(row: readonly Text[], widths: readonly number[]): readonly string[] {
  const cells = widths.map((width, column) => broken(row[column] ?? '', width))
  const height = Math.max(1, ...cells.map((lines) => lines.length))
  return Array.from({ length: height }, (_, at) =>
    cells
      .map((lines, column) => padded(lines[at] ?? '', widths[column] ?? 0))
      .join(' '.repeat(gap))
      .trimEnd(),
  )
}

function fit(wanted: readonly number[], room: number): readonly number[] {
  const widths = [...wanted]
  let excess = widths.reduce((sum, each) => sum + each, 0) - room
  while (excess > 0) {
    const others = Math.max(0, ...widths.slice(1))
    // What a row is called is what somebody looks for and copies.
    const widest = others > narrowest ? widths.indexOf(others, 1) : 0
    const width = widths[widest] ?? 0
    if (width <= narrowest) break
    widths[widest] = width - 1
    excess -= 1
  }
  return widths
}

function broken(text: Text, width: number): readonly string[] {
  if (widthOf(text) <= width) return [safe(text)]
  // Colours would have to be closed and opened again at each break: a broken cell is told without them.
  const words = stripVTControlCharacters(safe(text)).split(' ')
  const lines: string[] = []
  let line = ''
  for (const word of words) {
    const longer = line === '' ? word : `${line} ${word}`
    if (stringWidth(longer) <= width) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    const parts = cut(word, width)
    lines.push(...parts.slice(0, -1))
    line = parts.at(-1) ?? ''
  }
  return [...lines, line]
}

function cut(word: string, width: number): readonly string[] {
  const parts: string[] = []
  let part = ''
  for (const character of word) {
    if (part !== '' && stringWidth(part + character) > width) {
      parts.push(part)
      part = ''
    }
    part += character
  }
  return [...parts, part]
}

function widthOf(text: Text): number {
  return stringWidth(safe(text))
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)))
}
