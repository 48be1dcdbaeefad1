import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plain, plainLines } from './plain.ts'

const hostile = [
  ['\u001b[31mred', ' [31mred'],
  ['\u009b2J', ' 2J'],
  ['\u001b]8;;https://evil.example\u0007link', ' ]8;;https://evil.example link'],
  ['safe\u202Egpj.exe', 'safe gpj.exe'],
  ['one\ntwo\rthree\u2028four', 'one two three four'],
  ['zero\u200Bwidth', 'zero width'],
] as const

describe('plain()', () => {
  it.each(hostile)('makes %j harmless', (text, safe) => {
    expect(plain(text)).toBe(safe)
  })

  it('leaves what people write', () => {
    const text = 'Größe: 12 €, 日本語, emoji 🍼, tilde ~'
    expect(plain(text)).toBe(text)
  })

  it('never lets a control or format character through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(plain(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
      }),
    )
  })
})

describe('plainLines()', () => {
  it('keeps line ends and tabs and nothing else', () => {
    expect(plainLines('a\tb\r\nc\u001b[2Jd\re')).toBe('a\tb\nc [2Jd\ne')
  })
})
