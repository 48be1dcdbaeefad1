/** What a file is when it is compiled code; told by its first bytes, or by its name. */
export function nativeForm(path: string, head: Buffer): string | undefined {
  if (path.endsWith('.node')) return 'a Node addon'
  if (/\.py[co]$/.test(path)) return 'Python bytecode'
  if (head.length < 4) return undefined
  const magic = head.readUInt32BE(0)
  if (magic === 0x7f454c46) return 'ELF'
  // "MZ" alone begins many a text.
  if (magic >>> 16 === 0x4d5a && head.includes(0)) return 'PE'
  const isMach = [0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe].includes(magic)
  return isMach ? 'Mach-O' : undefined
}
