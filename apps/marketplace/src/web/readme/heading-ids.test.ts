import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HeadingIds } from './heading-ids.ts'

describe('HeadingIds', () => {
  it('counts headings of one name, also where another is called so', () => {
    const ids = new HeadingIds()
    expect(['Use', 'Use-1', 'Use', 'use', '!', ''].map((text) => ids.next(text))).toEqual([
      'readme-use',
      'readme-use-1',
      'readme-use-2',
      'readme-use-3',
      'readme-section',
      'readme-section-1',
    ])
  })

  it('gives each heading an id of its own that fits an attribute', () => {
    const name = fc.oneof(
      fc.constantFrom('a', 'a-1', 'a-1-1', 'x'.repeat(90)),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(
      fc.property(fc.array(name), (names) => {
        const ids = new HeadingIds()
        const given = names.map((text) => ids.next(text))
        expect(new Set(given).size).toBe(names.length)
        expect(given.filter((id) => !/^readme-[^\s"<>&]{1,90}$/u.test(id))).toEqual([])
      }),
    )
  })
})
