/** A name for a marketplace that the configuration takes, made from what people call it. */
export function repositoryName(service: string): string {
  const name = service
    .slice(0, 200)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 64)
    .replace(/-$/, '')
  return name === '' ? 'marketplace' : name
}
