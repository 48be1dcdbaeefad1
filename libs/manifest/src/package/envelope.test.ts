import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { noPermissions } from '../permissions/permissions.ts'
import { payloadType, signStatement, verifyEnvelope, type Envelope } from './envelope.ts'
import { generateSigningKey } from './signing-key.ts'
import { packageStatement } from './statement.ts'

const key = generateSigningKey()
const statement = packageStatement({
  id: 'acme/notes',
  version: '1.0.0',
  tree: { files: [], digest: 'a'.repeat(64) },
  manifestDigest: 'b'.repeat(64),
  permissions: noPermissions,
})
const envelope = signStatement(statement, key)

/** An envelope around any text, signed as DSSE 1.0 says, without the library. */
function signText(text: string, type: string = payloadType): Envelope {
  const payload = Buffer.from(text)
  const encoded = Buffer.concat([
    Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `),
    payload,
  ])
  return {
    payloadType: type,
    payload: payload.toString('base64'),
    signatures: [{ keyid: key.keyId, sig: sign(null, encoded, key.privateKey).toString('base64') }],
  }
}

const text = Buffer.from(envelope.payload, 'base64').toString()

describe('verifyEnvelope()', () => {
  it('gives what was signed, also when DSSE was done by another hand', () => {
    expect(verifyEnvelope(envelope, key.publicKey)).toEqual(statement)
    expect(verifyEnvelope(signText(text), key.publicKey)).toEqual(statement)
  })

  it('takes the one right signature of several', () => {
    const other = signStatement(statement, generateSigningKey())
    const both = { ...envelope, signatures: [...other.signatures, ...envelope.signatures] }
    expect(verifyEnvelope(both, key.publicKey)).toEqual(statement)
  })

  it.each([
    ['another key', envelope, generateSigningKey().publicKey],
    [
      'another payload',
      { ...envelope, payload: signText(text.replace('1.0.0', '2.0.0')).payload },
      key.publicKey,
    ],
    [
      "another key that borrows this one's id",
      signStatement(statement, { ...generateSigningKey(), keyId: key.keyId }),
      key.publicKey,
    ],
  ])('refuses %s: MB_SIGNATURE_INVALID', (_, value, publicKey) => {
    expect(() => verifyEnvelope(value, publicKey)).toThrow(
      expect.objectContaining({ code: 'MB_SIGNATURE_INVALID', outcome: 'refused' }),
    )
  })

  it.each([
    ['nothing', undefined],
    ['a text', 'envelope'],
    ['no signatures', { ...envelope, signatures: [] }],
    ['nine signatures', { ...envelope, signatures: Array(9).fill(envelope.signatures[0]) }],
    ['another key beside them', { ...envelope, more: 1 }],
    ['another payload type', signText(text, 'text/plain')],
    ['a payload that is no JSON', signText('{')],
    ['a payload of another shape', signText('{"_type":"https://in-toto.io/Statement/v1"}')],
    ['a statement of a later kind', signText(text.replace(':v1"', ':v2"'))],
    ['a member that nobody knows', signText(text.replace('{', '{"more":1,'))],
    ['a member given twice', signText(text.replace('"version":', '"version":"9.9.9","version":'))],
    ['white space', signText(` ${text}`)],
  ])('refuses %s: MB_SIGNATURE_MALFORMED', (_, value) => {
    expect(() => verifyEnvelope(value, key.publicKey)).toThrow(
      expect.objectContaining({ code: 'MB_SIGNATURE_MALFORMED' }),
    )
  })

  it.each([
    ['no PEM', 'key'],
    ['a private key', key.privateKey],
    ['a damaged key', key.publicKey.replace('MC', 'XX')],
    [
      'an RSA key',
      generateKeyPairSync('rsa', {
        modulusLength: 2048,
        publicKeyEncoding: { format: 'pem', type: 'spki' },
        privateKeyEncoding: { format: 'pem', type: 'pkcs8' },
      }).publicKey,
    ],
  ])('refuses %s: MB_KEY_INVALID', (_, publicKey) => {
    expect(() => verifyEnvelope(envelope, publicKey)).toThrow(
      expect.objectContaining({ code: 'MB_KEY_INVALID' }),
    )
  })
})
