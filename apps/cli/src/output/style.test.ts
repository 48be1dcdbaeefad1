import { describe, expect, it } from 'vitest'
import { createStyle, text } from './style.ts'

describe('text()', () => {
  it('makes values safe and leaves our own colours', () => {
    const { bad } = createStyle(true)
    expect(text`${bad('no\u001b[0m')} ${'evil\u001b[2J'}!`.text).toBe(
      '\u001b[31mno [0m\u001b[39m evil [2J!',
    )
  })

  it('has no colours where there are none', () => {
    expect(text`${createStyle(false).alarm('critical')}`.text).toBe('critical')
  })
})
