import { sign, verify } from 'node:crypto'
import { canonicalJson } from '@mb/kernel'
import { dsse } from '@sigstore/core'
import { z } from 'zod'
import { ManifestError } from '../manifest-error.ts'
import { privateKeyObject, publicKeyObject, readPublicKey, type SigningKey } from './signing-key.ts'
import { statementSchema, type PackageStatement } from './statement.ts'

/** A signed payload (DSSE 1.0). */
export interface Envelope {
  readonly payloadType: string
  /** Base64. */
  readonly payload: string
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[]
}

/** The payload type of in-toto statements. */
export const payloadType = 'application/vnd.in-toto+json'

const maxSignatures = 8
const maxPayloadLength = 2 * 1024 * 1024

const base64 = z.base64().min(1)

const envelopeSchema: z.ZodType<Envelope> = z.strictObject({
  payloadType: z.literal(payloadType),
  payload: base64.max(maxPayloadLength),
  signatures: z
    .array(z.strictObject({ keyid: z.string().max(128), sig: base64.max(128) }))
    .min(1)
    .max(maxSignatures),
})

/**
 * Signs a statement.
 *
 * @throws ManifestError `MB_KEY_INVALID`
 */
export function signStatement(
  statement: PackageStatement,
  key: Pick<SigningKey, 'keyId' | 'privateKey'>,
): Envelope {
  const payload = Buffer.from(canonicalJson(statement))
  const signature = sign(
    null,
    dsse.preAuthEncoding(payloadType, payload),
    privateKeyObject(key.privateKey),
  )
  return {
    payloadType,
    payload: payload.toString('base64'),
    signatures: [{ keyid: key.keyId, sig: signature.toString('base64') }],
  }
}

/**
 * The statement of an envelope that a key signed. Nothing of the payload is read before its signature held.
 *
 * @throws ManifestError `MB_SIGNATURE_MALFORMED`, `MB_SIGNATURE_INVALID`, `MB_KEY_INVALID`
 */
export function verifyEnvelope(envelope: unknown, publicKeyPem: string): PackageStatement {
  const key = publicKeyObject(publicKeyPem)
  const { keyId } = readPublicKey(publicKeyPem)
  const read = envelopeSchema.safeParse(envelope)
  if (!read.success) throw malformed('it is no DSSE envelope', read.error)

  const payload = Buffer.from(read.data.payload, 'base64')
  const signed = dsse.preAuthEncoding(read.data.payloadType, payload)
  const isSigned = read.data.signatures.some(
    ({ keyid, sig }) => keyid === keyId && verify(null, signed, key, Buffer.from(sig, 'base64')),
  )
  if (!isSigned)
    throw new ManifestError(
      'MB_SIGNATURE_INVALID',
      `Cannot verify signature: key ${keyId.slice(0, 16)} did not sign this`,
      { hint: 'Get the package from its author again', details: { keyId } },
    )
  return readStatement(payload)
}

function readStatement(payload: Buffer): PackageStatement {
  const text = payload.toString()
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw malformed('its payload is no JSON', error)
  }
  const read = statementSchema.safeParse(value)
  if (!read.success) throw malformed('its payload is no statement about a package', read.error)
  // A key given twice, or a short form, could be read in another way elsewhere.
  if (canonicalJson(read.data) !== text) throw malformed('its payload is not in canonical form')
  return read.data
}

function malformed(is: string, cause?: unknown): ManifestError {
  return new ManifestError('MB_SIGNATURE_MALFORMED', `Cannot verify signature: ${is}`, {
    hint: 'Get the package from its author again, or update MilkBottle',
    cause,
  })
}
