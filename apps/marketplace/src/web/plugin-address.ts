/** Path of a plugin's page. */
export function pluginAddress({ namespace, name }: { namespace: string; name: string }): string {
  return `/plugins/${encoded(namespace)}/${encoded(name)}`
}

/** Half a pair of code units, which cannot be encoded, becomes the character that stands for it. */
function encoded(part: string): string {
  return encodeURIComponent(part.toWellFormed())
}
