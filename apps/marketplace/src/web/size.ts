const units = ['bytes', 'kB', 'MB', 'GB'] as const

/** A number of bytes for people, such as 12.4 kB. */
export function size(bytes: number): string {
  if (bytes === 1) return '1 byte'
  let [value, unit] = [bytes, 0]
  // Half a step before the next unit, so that 999,999 bytes are 1 MB, not 1000 kB.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1
  return `${value.toLocaleString('en', { maximumFractionDigits: digits })} ${units[unit] ?? 'bytes'}`
}
