const header = /^sha-256=:([A-Za-z0-9+/]{43}=):$/

/** The value of a `Repr-Digest` header (RFC 9530) for a SHA-256 in hex. */
export function reprDigest(sha256: string): string {
  return `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`
}

/**
 * Reads a `Repr-Digest` header.
 *
 * @returns the SHA-256 in hex; undefined when it is anything else than that one digest
 */
export function readReprDigest(value: string): string | undefined {
  const [, base64] = header.exec(value) ?? []
  if (base64 === undefined) return undefined
  const digest = Buffer.from(base64, 'base64')
  // Base64 can say the same bytes in several ways; there is one that is written.
  return digest.toString('base64') === base64 ? digest.toString('hex') : undefined
}
