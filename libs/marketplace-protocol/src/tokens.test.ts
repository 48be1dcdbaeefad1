import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redact, sha256 } from '@mb/kernel'
import { readReprDigest, reprDigest } from './repr-digest.ts'
import { hashToken, isToken, makeToken } from './tokens.ts'

const numRuns = process.env['MB_TEST_SIZE'] === 'full' ? 10_000 : 500

describe('makeToken()', () => {
  it('makes what is a token, never twice, and nothing that is shown', () => {
    const tokens = Array.from({ length: 200 }, () => makeToken())
    expect(new Set(tokens).size).toBe(200)
    for (const token of tokens) {
      expect(token).toMatch(/^mbp_[A-Za-z0-9_-]{43}[0-9A-Za-z]{6}$/)
      expect(isToken(token)).toBe(true)
      expect(hashToken(token)).toBe(sha256(token))
      expect(redact(`sent ${token} there`)).toBe('sent *** there')
    }
  })
})

describe('isToken()', () => {
  it('notices one character that is another', () => {
    const token = makeToken()
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: token.length - 1 }),
        fc.constantFrom(...letters.split('')),
        (at, letter) => {
          const changed = `${token.slice(0, at)}${letter}${token.slice(at + 1)}`
          expect(isToken(changed)).toBe(changed === token)
        },
      ),
      { numRuns },
    )
  })

  it('takes nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(isToken(text)).toBe(false)
        expect(isToken(`mbp_${text}`)).toBe(false)
      }),
      { numRuns },
    )
  })
})

describe('reprDigest()', () => {
  it('is read back, and is the one form that is read', () => {
    const digest = fc.uint8Array({ minLength: 32, maxLength: 32 })
    fc.assert(
      fc.property(digest, (bytes) => {
        const hex = Buffer.from(bytes).toString('hex')
        expect(readReprDigest(reprDigest(hex))).toBe(hex)
      }),
      { numRuns },
    )
  })

  it.each([
    '',
    'sha-256=abc',
    `sha-256=:${'A'.repeat(42)}B=:`,
    `sha-512=:${'A'.repeat(43)}=:`,
    `sha-256=:${'A'.repeat(43)}=:, sha-256=:${'A'.repeat(43)}=:`,
  ])('reads no digest from %j', (value) => {
    expect(readReprDigest(value)).toBeUndefined()
  })
})
