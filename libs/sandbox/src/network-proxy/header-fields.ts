// RFC 9110, 7.6.1, and what is written anew on each side: whom it is for, and how the body is framed.
const own: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/**
 * Names and values in turns, without those that are for the next one alone.
 *
 * @param raw as Node gives them
 */
export function endToEndFields(raw: readonly string[]): readonly string[] {
  const fields = pairs(raw)
  const named = fieldValues(raw, 'connection').flatMap((value) =>
    value.split(',').map((name) => name.trim().toLowerCase()),
  )
  const dropped = new Set([...own, ...named])
  return fields.filter(([name]) => !dropped.has(name.toLowerCase())).flat()
}

/** Each value that a field has, in the order in which it was sent. */
export function fieldValues(raw: readonly string[], wanted: string): readonly string[] {
  return pairs(raw).flatMap(([name, value]) => (name.toLowerCase() === wanted ? [value] : []))
}

function pairs(raw: readonly string[]): readonly (readonly [string, string])[] {
  const found: (readonly [string, string])[] = []
  for (let index = 0; index + 1 < raw.length; index += 2)
    found.push([raw[index] ?? '', raw[index + 1] ?? ''])
  return found
}
