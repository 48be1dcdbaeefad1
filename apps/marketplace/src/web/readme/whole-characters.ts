/** The start of a text that takes no more than so many bytes in UTF-8, cut between characters. */
export function wholeCharacters(text: string, maxBytes: number): string {
  // Also what is invalid, such as half a pair, comes out as three bytes at most.
  const bytes = new Uint8Array(maxBytes)
  const { read } = new TextEncoder().encodeInto(text, bytes)
  return text.slice(0, read)
}
