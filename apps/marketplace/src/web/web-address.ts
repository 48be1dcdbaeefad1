/** Where a link of an author's leads, if that is a page of the web; credentials and other schemes are none. */
export function webAddress(text: string): string | undefined {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined
  if (url.username !== '' || url.password !== '') return undefined
  return url.href
}
