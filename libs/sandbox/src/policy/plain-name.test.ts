import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainName, plainNames } from './plain-name.ts'

describe('plainName()', () => {
  it.each([
    '.git',
    '.GIT',
    '.Git',
    '.g\u200Cit',
    '.git\u200D',
    '.git.',
    '.git ',
    '.git. .',
    '\uFF0Egit',
  ])('takes %j for .git', (name) => {
    expect(plainName(name)).toBe('.git')
  })

  it.each(['git', '.gi', '.gitx', '..git', '.git~1', '.', '..'])(
    'leaves %j another name',
    (name) => {
      expect(plainName(name)).not.toBe('.git')
    },
  )

  it('gives what it gave, for any name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(plainName(plainName(name))).toBe(plainName(name))
      }),
    )
  })

  it('is the same for any mixture of case', () => {
    const letters = fc.array(
      fc.tuple(fc.constantFrom('.', 'a', 'b', 'g', 'i', 't', 'x', '-', '_'), fc.boolean()),
    )
    fc.assert(
      fc.property(letters, (all) => {
        const name = all.map(([letter, up]) => (up ? letter.toUpperCase() : letter)).join('')
        expect(plainName(name)).toBe(plainName(name.toLowerCase()))
      }),
    )
  })
})

describe('plainNames()', () => {
  it('splits a path at each slash, and knows no empty name', () => {
    expect(plainNames('/A//b/.GIT/')).toEqual(['a', 'b', '.git'])
  })
})
