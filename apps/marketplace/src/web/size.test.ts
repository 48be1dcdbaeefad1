import { describe, expect, it } from 'vitest'
import { size } from './size.ts'

describe('size()', () => {
  it.each([
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1 kB'],
    [48_213, '48.2 kB'],
    [999_499, '999 kB'],
    [999_500, '1 MB'],
    [104_857_600, '105 MB'],
    [5e12, '5,000 GB'],
  ])('writes %i', (bytes, shown) => {
    expect(size(bytes)).toBe(shown)
  })
})
