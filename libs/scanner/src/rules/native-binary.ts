/** What a file is when it is compiled code; told by its first bytes. */
export function nativeForm(head: Buffer): string | undefined {
  if (head.length < 4) return undefined
  if (head.readUInt32BE(0) === 0x7f454c46) return 'ELF'
  if (head.readUInt16BE(0) === 0x4d5a) return 'PE'
  const magic = head.readUInt32BE(0)
  const isMach = [0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe].includes(magic)
  return isMach ? 'Mach-O' : undefined
}
