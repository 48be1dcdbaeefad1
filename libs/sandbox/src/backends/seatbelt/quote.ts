/**
 * A text as a literal of the language that profiles are written in, a Scheme: only the quote and the backslash mean anything inside.
 *
 * @throws RangeError for a text with a control character, whose reading differs between versions of it
 */
export function quote(text: string): string {
  if (/\p{Cc}/u.test(text))
    throw new RangeError(`Cannot write ${JSON.stringify(text)}: it holds a control character`)
  return `"${text.replaceAll(/["\\]/g, (character) => `\\${character}`)}"`
}
