// JSON leaves these as they are, and a terminal obeys some of them.
const unsafe = /[\u007f-\u009f\p{Cf}\u2028\u2029]/gu

/** A value as JSON that is safe to look at in a terminal. Ends the line. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2) ?? 'null'
  return `${text.replace(unsafe, escape)}\n`
}

/** A value as one line of JSON, as safe to look at. */
export function jsonLine(value: unknown): string {
  return `${(JSON.stringify(value) ?? 'null').replace(unsafe, escape)}\n`
}

function escape(character: string): string {
  return Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('')
}
