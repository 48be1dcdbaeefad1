const maxTextLength = 65_536
const simple: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}
const escapes = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([^]))/g

/** What a literal says, as far as it matters: its escapes resolved, and cut when it is long. */
export function literalText(raw: string, isRaw: boolean): string {
  const start = raw.slice(0, maxTextLength)
  if (isRaw || !start.includes('\\')) return start
  return start.replace(
    escapes,
    (
      whole: string,
      byte: string | undefined,
      short: string | undefined,
      long: string | undefined,
      octal: string | undefined,
      other: string | undefined,
    ) => {
      const hex = byte ?? short ?? long
      if (hex !== undefined) return fromCodePoint(Number.parseInt(hex, 16))
      if (octal !== undefined) return fromCodePoint(Number.parseInt(octal, 8))
      return other === undefined ? whole : (simple[other] ?? whole)
    },
  )
}

function fromCodePoint(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\uFFFD'
}
