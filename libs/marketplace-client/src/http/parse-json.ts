const decoder = new TextDecoder('utf-8', { fatal: true })

/** The value of JSON in UTF-8; undefined, which JSON cannot say, when it is none. */
export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(body))
  } catch {
    return undefined
  }
}
