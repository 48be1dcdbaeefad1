const maxDepth = 1000

/**
 * Whether the brackets of a text are nested deeper than any program needs. A parser that calls itself for each of them
 * would run out of stack, and in native code that ends the process.
 */
export function isTooDeep(source: string): boolean {
  let depth = 0
  for (let at = 0; at < source.length; at++) {
    const code = source.charCodeAt(at)
    // ( [ {
    if (code === 40 || code === 91 || code === 123) {
      if (++depth > maxDepth) return true
    } else if (code === 41 || code === 93 || code === 125) depth = Math.max(depth - 1, 0)
  }
  return false
}
