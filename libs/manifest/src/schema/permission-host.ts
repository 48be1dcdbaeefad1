import { isIP } from 'node:net'
import { z } from 'zod'
import { refuse } from './refuse.ts'

const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/

/** A host of a permission: a name, an address, `*.name` or `*`; in small letters, with no last dot. */
export const permissionHost: z.ZodType<string, string> = z
  .string()
  .min(1)
  .max(260)
  .transform((text, context) => {
    const host = text
      .toLowerCase()
      .replace(/^\[(.*)\]$/, '$1')
      .replace(/\.$/, '')
    if (isIP(host) === 6 && URL.canParse(`http://[${host}]`)) return shortest(host)
    if (host === '*' || isIP(host) === 4 || isName(host.replace(/^\*\./, ''))) return host
    refuse(context, {
      code: 'bad-host',
      message: `${JSON.stringify(text.slice(0, 80))} is no host`,
      hint: hintFor(text),
    })
    return z.NEVER
  })

/** An IPv6 address in its one form (RFC 5952), so that `::1` cannot hide behind zeros. */
function shortest(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1)
}

function isName(name: string): boolean {
  const labels = name.split('.')
  // A name whose last label is a number is an address to many resolvers: 127.1, 0x7f.1.
  return (
    name.length <= 253 &&
    labels.every((part) => label.test(part)) &&
    !/^(?:\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '')
  )
}

function hintFor(text: string): string {
  if (text.includes('://') || text.includes('/')) return 'Write the host alone, as api.acme.example'
  if (/:\d+$/.test(text)) return 'Write the port under "ports"'
  if (/[^ -~]/.test(text)) return 'Write it in punycode, as xn--…'
  return 'Write a name, "*." and a name, an address, or "*"'
}
