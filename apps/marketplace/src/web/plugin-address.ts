/** Path of a plugin's page. */
export function pluginAddress({ namespace, name }: { namespace: string; name: string }): string {
  return `/plugins/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`
}
