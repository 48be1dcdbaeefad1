/** Longest path in a package, in bytes of UTF-8. */
const maxPathBytes = 240
/** Longest name in a path, in bytes of UTF-8. */
const maxNameBytes = 255
/** Most names in a path. */
export const maxPathDepth = 24

// What Windows keeps for devices, with any ending.
const reserved = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|$)/i
// Refused by Windows, and never printable: control and format characters reorder or hide what is shown.
const isUnsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}<>:"|?*\uFFFD]/u

/**
 * Why a path cannot be that of a file in a package, completing a sentence: it has to mean one file, the same one on
 * every system.
 *
 * @returns undefined for a good one: relative, with `/`, in NFC
 */
export function whyBadPath(path: string): string | undefined {
  if (path === '') return 'is empty'
  if (path.startsWith('/')) return 'is absolute'
  if (path.includes('\\')) return 'holds a backslash'
  if (/^[A-Za-z]:/.test(path)) return 'starts with a drive letter'
  if (isUnsafe.test(path)) return 'holds a character that some system does not store or show'
  if (path !== path.normalize('NFC')) return 'is not in Unicode form NFC'
  if (Buffer.byteLength(path) > maxPathBytes) return `is longer than ${maxPathBytes} bytes`
  const names = path.split('/')
  if (names.length > maxPathDepth) return `is deeper than ${maxPathDepth} folders`
  for (const name of names) {
    if (name === '..') return 'leads upwards by ".."'
    if (name === '' || name === '.') return 'holds an empty name or "."'
    if (Buffer.byteLength(name) > maxNameBytes)
      return `holds a name longer than ${maxNameBytes} bytes`
    if (name.endsWith('.') || name.endsWith(' ')) return 'holds a name that ends in a dot or space'
    if (reserved.test(name)) return `holds the name "${name}", which Windows reserves`
  }
  return undefined
}

/** A path as file systems compare it that know no difference of case: two of one key are one file on those. */
export function pathKey(path: string): string {
  // Lower alone keeps "ſ" and "s" apart, upper alone "İ" and "i".
  return path.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFC')
}
