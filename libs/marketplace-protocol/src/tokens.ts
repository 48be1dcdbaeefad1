import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { sha256 } from '@mb/kernel'

const prefix = 'mbp_'
const secretBytes = 32
const shape = /^mbp_[A-Za-z0-9_-]{43}[0-9A-Za-z]{6}$/
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const checksumLength = 6

/**
 * A publisher's token: `mbp_`, 256 random bits, and a checksum by which those who search for leaked secrets can tell it
 * from chance.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { isToken, makeToken } from '@mb/marketplace-protocol'
 *
 * const token = makeToken()
 * assert.match(token, /^mbp_/)
 * assert.ok(isToken(token))
 * assert.ok(!isToken(`${token.slice(0, -1)}!`))
 * ```
 */
export function makeToken(): string {
  const body = `${prefix}${randomBytes(secretBytes).toString('base64url')}`
  return `${body}${checksum(body)}`
}

/** Whether a text has the form of a token, its checksum included; a typing error has not. */
export function isToken(text: string): boolean {
  return (
    shape.test(text) && checksum(text.slice(0, -checksumLength)) === text.slice(-checksumLength)
  )
}

/** What a server stores of a token: its SHA-256, in hex. A token has the entropy of a key, so that no salt is needed. */
export function hashToken(text: string): string {
  return sha256(text)
}

function checksum(body: string): string {
  let rest = crc32(body)
  let text = ''
  for (let place = 0; place < checksumLength; place += 1) {
    text = `${digits.charAt(rest % digits.length)}${text}`
    rest = Math.floor(rest / digits.length)
  }
  return text
}
