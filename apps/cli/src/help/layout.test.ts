import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wrap } from './layout.ts'

const word = fc.stringMatching(/^[a-z]{1,90}$/)

describe('wrap()', () => {
  it('loses no word, breaks as late as it can, and keeps a long word whole', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), fc.nat({ max: 20 }), (words, indent) => {
        const rest = ' '.repeat(indent)
        const lines = wrap(words.join(' '), rest, rest)
        expect(lines.flatMap((line) => line.split(' ').filter((each) => each !== ''))).toEqual(
          words,
        )
        expect(lines.every((line) => line.startsWith(rest))).toBe(true)
        expect(lines.filter((line) => line.trim().includes(' ') && line.length > 80)).toEqual([])
        const early = lines.filter((line, at) => {
          const [next] = lines[at + 1]?.trim().split(' ') ?? []
          return next !== undefined && line.length + 1 + next.length <= 80
        })
        expect(early).toEqual([])
      }),
    )
  })

  it('takes several spaces for one', () => {
    expect(wrap('  a   b ', '> ')).toEqual(['> a b'])
    expect(wrap('')).toEqual([''])
  })
})
