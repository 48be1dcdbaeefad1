import fc from 'fast-check'
import stringWidth from 'fast-string-width'
import { describe, expect, it } from 'vitest'
import { createStyle } from './style.ts'
import { tableLines } from './table.ts'

describe('tableLines()', () => {
  it('aligns columns by what they measure on a terminal', () => {
    const { strong } = createStyle(true)
    expect(
      tableLines(
        [
          ['日本', 'x'],
          [strong('abcde'), 'y'],
        ],
        80,
      ),
    ).toEqual(['日本   x', '\u001b[1mabcde\u001b[22m  y'])
  })

  it('breaks the widest cell between words when the page is narrow', () => {
    expect(tableLines([['name', 'a rather long description of it']], 26)).toEqual([
      'name  a rather long',
      '      description of it',
    ])
  })

  it('lets the first column give way last, which is what a row is called', () => {
    const path = '/home/ada/work/project/milkbottle.yaml'
    const [line = ''] = tableLines([['plugins.updates.cooldownSeconds', path]], 50)
    expect(line).toBe('plugins.updates.cooldownSeconds  /home/ada/work/pr')
  })

  it('never exceeds the page, whatever the cells hold', () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 120 })
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { maxLength: 6 }), (rows) => {
        for (const line of tableLines(rows, 60)) expect(stringWidth(line)).toBeLessThanOrEqual(60)
      }),
    )
  })
})
