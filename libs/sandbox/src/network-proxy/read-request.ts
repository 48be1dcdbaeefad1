import type { IncomingMessage } from 'node:http'
import { fieldValues } from './header-fields.ts'
import { formatTarget, parseAbsolute, parseHostField, type RequestTarget } from './target.ts'

/** Most bytes of what comes before a body, either way. */
export const maxHeadBytes: number = 32 * 1024

/** A request that can be read in one way only, or what is wrong with it. */
export type ReadRequest =
  | { readonly status: 'read'; readonly target: RequestTarget }
  | { readonly status: 'malformed'; readonly detail: string }

/**
 * Reads whom a request is for. What two readers could take for two things is refused, here and before by the parser: the second one is
 * the host, or whatever stands before it.
 */
export function readRequest({
  method,
  url = '',
  rawHeaders,
  httpVersion,
}: IncomingMessage): ReadRequest {
  // The parser lets through 0.9, which has no head, and 2.0, which is no text.
  if (httpVersion !== '1.0' && httpVersion !== '1.1') return malformed('it is no HTTP 1.0 or 1.1')
  // What an upstream proxy is told with it, a password too, would come back to the program (RFC 9110, 9.3.8).
  if (method === 'TRACE') return malformed('TRACE would have a proxy tell what it is told')
  const target = parseAbsolute(url)
  if (target === undefined) return malformed('a proxy is asked for "http://host/path"')
  const hosts = fieldValues(rawHeaders, 'host')
  if (hosts.length > 1) return malformed('it names two hosts')
  const [host] = hosts
  if (host === undefined && httpVersion === '1.1') return malformed('it has no field Host')
  const named = host === undefined ? target : parseHostField(host)
  if (named === undefined || formatTarget(named) !== formatTarget(target))
    return malformed('its field Host names another host than its first line')
  const encodings = fieldValues(rawHeaders, 'transfer-encoding')
  if (encodings.some((encoding) => encoding !== 'chunked') || encodings.length > 1)
    return malformed('its body has an encoding that is not "chunked"')
  if (encodings.length > 0 && httpVersion !== '1.1') return malformed('HTTP 1.0 knows no "chunked"')
  const lengths = fieldValues(rawHeaders, 'content-length')
  if (lengths.length + encodings.length > 1) return malformed('it tells two lengths of its body')
  return { status: 'read', target }
}

function malformed(detail: string): ReadRequest {
  return { status: 'malformed', detail }
}
