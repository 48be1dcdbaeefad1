import { describe, expect, it } from 'vitest'
import { parseSize } from './size.ts'

describe('parseSize()', () => {
  it.each([
    ['512', 512],
    ['1k', 1024],
    ['256M', 256 * 1024 ** 2],
    ['1.5GiB', 1.5 * 1024 ** 3],
    ['10MB', 10 * 1024 ** 2],
  ])('reads %s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes)
  })

  it.each(['', '0', '-1', 'M', '1T', '1e9', '12 M', '9'.repeat(13), '1..2', 'constructor'])(
    'refuses %j',
    (text) => {
      expect(() => parseSize(text)).toThrow(
        expect.objectContaining({ code: 'MB_CLI_VALUE', outcome: 'usage' }),
      )
    },
  )
})
