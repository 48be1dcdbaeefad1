/**
 * Plain JavaScript has nobody who says that a name is wrong, and a limit or a denial that is misspelt would hold nothing.
 *
 * @throws TypeError for a name that means nothing here
 */
export function requireKnownNames(
  what: string,
  value: object,
  known: Readonly<Record<string, true>>,
): void {
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(known, name))
  if (unknown === undefined) return
  const names = Object.keys(known).join(', ')
  throw new TypeError(`Cannot take ${what} named ${JSON.stringify(unknown)}: there are ${names}`)
}
