import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
import { ManifestError } from '../manifest-error.ts'

/** The public half of a key. */
export interface PublicKey {
  /** SHA-256 of its SPKI in DER, in lower-case hex. */
  readonly keyId: string
  /** SPKI in PEM. */
  readonly publicKey: string
}

/** An ed25519 key that signs packages. */
export interface SigningKey extends PublicKey {
  /** PKCS #8 in PEM. A secret. */
  readonly privateKey: string
}

const maxPemLength = 4096

/** Makes a new key. */
export function generateSigningKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return { ...describeKey(publicKey), privateKey: pem(privateKey, 'pkcs8') }
}

/**
 * Reads a public key; the returned PEM is its one form.
 *
 * @throws ManifestError `MB_KEY_INVALID`
 */
export function readPublicKey(text: string): PublicKey {
  return describeKey(publicKeyObject(text))
}

/**
 * Reads a private key with its public half.
 *
 * @throws ManifestError `MB_KEY_INVALID`
 */
export function readSigningKey(text: string): SigningKey {
  const key = privateKeyObject(text)
  return { ...describeKey(createPublicKey(key)), privateKey: pem(key, 'pkcs8') }
}

/** The key of a PEM, for verifying. */
export function publicKeyObject(text: string): KeyObject {
  // Node reads a private key here as well, and one that is published should be noticed.
  if (!isPem(text, 'PUBLIC KEY')) throw invalid('it is no public key in PEM form')
  return ed25519(() => createPublicKey({ key: text, format: 'pem', type: 'spki' }))
}

/** The key of a PEM, for signing. */
export function privateKeyObject(text: string): KeyObject {
  if (!isPem(text, 'PRIVATE KEY')) throw invalid('it is no private key in PEM form (PKCS #8)')
  return ed25519(() => createPrivateKey({ key: text, format: 'pem', type: 'pkcs8' }))
}

function ed25519(read: () => KeyObject): KeyObject {
  let key: KeyObject
  try {
    key = read()
  } catch (error) {
    throw invalid('it is damaged', error)
  }
  if (key.asymmetricKeyType === 'ed25519') return key
  throw invalid(`it is of type ${key.asymmetricKeyType ?? 'unknown'}`)
}

function isPem(text: string, label: string): boolean {
  const trimmed = text.trim()
  return (
    trimmed.length <= maxPemLength &&
    trimmed.startsWith(`-----BEGIN ${label}-----`) &&
    trimmed.endsWith(`-----END ${label}-----`)
  )
}

function describeKey(key: KeyObject): PublicKey {
  const der = key.export({ format: 'der', type: 'spki' })
  return {
    keyId: createHash('sha256').update(der).digest('hex'),
    publicKey: pem(key, 'spki'),
  }
}

function pem(key: KeyObject, type: 'spki' | 'pkcs8'): string {
  return key.export({ format: 'pem', type }).toString()
}

function invalid(is: string, cause?: unknown): ManifestError {
  return new ManifestError('MB_KEY_INVALID', `Cannot use key: ${is}`, {
    hint: 'Use an ed25519 key, as `mb sdk keys create` makes',
    ...(cause === undefined ? {} : { cause }),
  })
}
