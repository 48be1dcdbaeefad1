import { z } from 'zod'
import { momentSchema, nameSchema, sha256Schema } from './names.ts'

/** A key that may sign packages of a namespace. */
export interface EnrolledKey {
  /** SHA-256 of its SPKI in DER, in hex. */
  readonly keyId: string
  /** SPKI in PEM. */
  readonly publicKey: string
  readonly enrolledAt: string
}

/** The keys of a namespace. */
export interface NamespaceKeys {
  readonly namespace: string
  readonly keys: readonly EnrolledKey[]
}

/** Asks for a key to be enrolled. */
export interface KeyEnrolment {
  /** SPKI in PEM. */
  readonly publicKey: string
  readonly issuedAt: string
  /** The key's signature (ed25519, Base64) over {@link enrolmentText}. */
  readonly proof: string
}

/** Schema of a public key in PEM; whether it is one, is checked by whoever uses it. */
export const publicKeySchema: z.ZodType<string> = z.string().min(1).max(4096)

/** Schema of {@link EnrolledKey}. */
export const enrolledKeySchema: z.ZodType<EnrolledKey> = z.object({
  keyId: sha256Schema,
  publicKey: publicKeySchema,
  enrolledAt: momentSchema,
})

/** Schema of {@link NamespaceKeys}. */
export const namespaceKeysSchema: z.ZodType<NamespaceKeys> = z.object({
  namespace: nameSchema,
  keys: z.array(enrolledKeySchema).max(100),
})

/** Schema of {@link KeyEnrolment}. */
export const keyEnrolmentSchema: z.ZodType<KeyEnrolment> = z.object({
  publicKey: publicKeySchema,
  issuedAt: momentSchema,
  proof: z.base64().min(1).max(128),
})

/**
 * What a key signs to show that whoever enrols it has its private half. It names the marketplace and the namespace, so
 * that a proof caught by one cannot be used at another.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { enrolmentText } from '@mb/marketplace-protocol'
 *
 * const text = enrolmentText({
 *   origin: 'https://plugins.example',
 *   namespace: 'acme',
 *   keyId: 'ab'.repeat(32),
 *   issuedAt: '2026-01-31T12:00:00.000Z',
 * })
 * assert.equal(text.split('\n')[1], 'https://plugins.example')
 * ```
 */
export function enrolmentText(enrolment: {
  /** Origin of the marketplace, as `https://plugins.example`. */
  readonly origin: string
  readonly namespace: string
  readonly keyId: string
  readonly issuedAt: string
}): string {
  const { origin, namespace, keyId, issuedAt } = enrolment
  return ['milkbottle-key-enrolment:v1', origin, namespace, keyId, issuedAt].join('\n')
}
