import { describe, expect, it } from 'vitest'
import { parseDuration } from './duration.ts'

describe('parseDuration()', () => {
  it.each([
    ['500ms', 500],
    ['10', 10_000],
    ['1.5s', 1500],
    ['5m', 300_000],
    ['1h', 3_600_000],
  ])('reads %s', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds)
  })

  it.each(['', '0s', '-1s', 's', '1d', '1 s', '0.0001ms', '1e3'])('refuses %j', (text) => {
    expect(() => parseDuration(text)).toThrow(
      expect.objectContaining({ code: 'MB_CLI_VALUE', outcome: 'usage' }),
    )
  })
})
