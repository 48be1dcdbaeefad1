const maxLength = 65_536
const numeric =
  /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]{1,6}\}|U[0-9a-fA-F]{8}|[0-7]{2,3})/g

/** Whether most of a literal's characters are written as their numbers, and they are more than a few. */
export function isMostlyEscapes(raw: string): boolean {
  const start = raw.slice(0, maxLength)
  if (!start.includes('\\')) return false
  const found = start.match(numeric) ?? []
  const plain = start.length - found.reduce((sum, { length }) => sum + length, 0)
  return found.length >= 12 && found.length > plain
}
