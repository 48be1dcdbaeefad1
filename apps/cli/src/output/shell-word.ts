/** A text as one word of a shell: what is offered to be typed may hold a name that a stranger gave to a folder. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
