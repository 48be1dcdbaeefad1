/**
 * The value of `--mount`, which Docker and Podman read as one line of comma-separated values (RFC 4180): in quotes a path may hold
 * commas and quotes, and adds no field.
 *
 * @throws RangeError for a path with a carriage return, which their reader drops before a line feed
 */
export function mountOption(fields: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => quote(`${name}=${String(value)}`))
    .join(',')
}

function quote(field: string): string {
  if (field.includes('\r'))
    throw new RangeError(`Cannot mount ${JSON.stringify(field)}: it holds a carriage return`)
  return /[",\n ]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}
