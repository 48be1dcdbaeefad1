/** What was written, and where: `"much" of --memory`. */
export function quoteAt(text: string, place: string | undefined): string {
  const quoted = JSON.stringify(text.slice(0, 80))
  return place === undefined ? quoted : `${quoted} of ${place}`
}
