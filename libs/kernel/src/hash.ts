/** Lower-case hex SHA-256 (64 characters) of bytes, or of text as UTF-8. */
export function sha256(data: Uint8Array | string): string {
  // Loaded at the first use: it takes two milliseconds, and most commands hash nothing.
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(data).digest('hex')
}

/** A value that JSON can carry. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

/**
 * JSON in the one form that can be hashed: keys in code-unit order, no white space, undefined members left out.
 * Equal values give equal text (RFC 8785 for the values that we use: strings, finite numbers, booleans, null).
 *
 * @throws TypeError for what JSON cannot carry: functions, symbols, bigint, NaN, infinities
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string')
    return JSON.stringify(value)
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`
  if (typeof value === 'object') {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
    return `{${members.join(',')}}`
  }
  throw new TypeError(`Cannot write canonical JSON: a ${typeof value} has no form in it`)
}
