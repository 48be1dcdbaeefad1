import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redact } from './redact.ts'

// Put together here, so that no scanner takes the samples for real ones.
const github = ['gh', 'p_', 'a1b2c3d4e5f6a7b8c9d0'].join('')
const marketplace = ['mb', 'p_', '-a1b2c3d4e5f6a7b8c9d0_'].join('')
const aws = ['AK', 'IA', 'ABCDEFGHIJKLMNOP'].join('')
const pem = ['-----BEGIN PRIVATE', ' KEY-----\nMC4CAQ\n-----END PRIVATE', ' KEY-----'].join('')

describe('redact()', () => {
  it.each([
    ['https://user:secret@host/path', 'https://***@host/path'],
    ['password=hunter22 rest', 'password=*** rest'],
    ['{"token":"abcd1234"}', '{"token":"***"}'],
    ['passwd: hunter22', 'passwd: ***'],
    ['https://host/token=abcd1234', 'https://host/token=***'],
    ['Authorization: Bearer abcdefgh12', 'Authorization: Bearer ***'],
    ['bearer abcdefgh12.x', 'bearer ***'],
    [`found ${github} here`, 'found *** here'],
    [`sent ${marketplace}x`, 'sent ***'],
    [`id ${aws}`, 'id ***'],
    [`key ${pem} end`, 'key *** private key *** end'],
  ])('hides the credential in %j', (text, hidden) => {
    expect(redact(text)).toBe(hidden)
  })

  it.each([
    ['the tokenizer reads files'],
    ['https://host/path?page=2'],
    ['secretary: Anna'],
    ['password reset'],
    ['sh: 1: cannot create /etc/passwd: File exists'],
    ['cat: /run/secrets/token: Permission denied'],
  ])('leaves %j alone', (text) => {
    expect(redact(text)).toBe(text)
  })

  it('hides everything after the first pass', () => {
    fc.assert(fc.property(fc.string(), (text) => redact(redact(text)) === redact(text)))
  })

  it('stays linear on hostile text', () => {
    const cpu = process.cpuUsage()
    for (const part of ['token=', 'a:b@', '-----BEGIN PRIVATE KEY-----', 'https://a:', 'bearer ']) {
      redact(part.repeat(20_000))
    }
    expect(process.cpuUsage(cpu).user / 1000).toBeLessThan(4000)
  })
})
