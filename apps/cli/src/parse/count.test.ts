import { describe, expect, it } from 'vitest'
import { parseCount } from './count.ts'

describe('parseCount()', () => {
  it('reads whole numbers in bounds', () => {
    expect(['1', '20', '100'].map((text) => parseCount(text, { least: 1, most: 100 }))).toEqual([
      1, 20, 100,
    ])
  })

  it.each(['0', '101', '-1', '1.5', '1e2', '', ' 1', 'ten', '9'.repeat(400)])(
    'refuses %j',
    (text) => {
      expect(() => parseCount(text, { least: 1, most: 100 })).toThrow(
        expect.objectContaining({
          code: 'MB_CLI_VALUE',
          hint: 'Give a whole number from 1 to 100',
        }),
      )
    },
  )
})
