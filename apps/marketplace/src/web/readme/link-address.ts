import { webAddress } from '../web-address.ts'
import { headingId } from './heading-ids.ts'

const longest = 2048

/**
 * Where a link of a README leads: to a page of the web, to a mailbox, or to a heading of the README itself. Anything else is no link:
 * a path would lead into the marketplace, and other schemes do things.
 */
export function linkAddress(written: string): string | undefined {
  if (written.length > longest) return undefined
  if (written.startsWith('#')) return `#${headingId(decoded(written.slice(1)))}`
  if (/^mailto:[^?]+$/i.test(written)) return written
  return webAddress(written)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
