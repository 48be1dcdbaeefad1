import type { NetworkMechanism } from '../network-mechanism.ts'
import { sayBytes } from '../programs.ts'
import type { Leniency } from '../world/read-requests.ts'
import type { World } from '../world/world.ts'

/**
 * Requests that our proxy may read in one way, and the company's behind it in another: a second request hides in the first one, for a
 * host that the policy does not name.
 */
export function listSmuggling(): readonly NetworkMechanism[] {
  const byChunks: Leniency = { framing: 'chunked' }
  const byLast: Leniency = { length: 'last' }
  return [
    hidden(
      'a length and chunks',
      post(['Content-Length: {all}', 'Transfer-Encoding: chunked'], chunks),
      byChunks,
    ),
    hidden(
      'chunks and a length',
      post(['Transfer-Encoding: chunked', 'Content-Length: 4'], oneChunk),
    ),
    hidden('two lengths', post(['Content-Length: {all}', 'Content-Length: 0'], plain), byLast),
    hidden(
      'two lengths in one line',
      post(['Content-Length: {all}, 0'], plain),
      byLast,
      'two lengths',
    ),
    hidden('a length with a sign', post(['Content-Length: +0'], plain)),
    hidden(
      'a length that is no number',
      post(['Content-Length: 0x1388'], plain),
      {},
      'a length with a sign',
    ),
    hidden('lines that end in a line feed alone', (world) => [
      `GET ${allowed(world)} HTTP/1.1\r\nHost: ${hostOf(world)}\r\nX: a\n\n${plain(world)}`,
    ]),
    hidden(
      'a folded header',
      post(['Content-Length: {all}', 'Transfer-Encoding:\r\n chunked'], chunks),
      byChunks,
    ),
    hidden(
      'a coding with a blank before its colon',
      post(['Transfer-Encoding : chunked', 'Content-Length: {all}'], chunks),
      byChunks,
    ),
    hidden(
      'a coding that only looks like chunks',
      post(['Transfer-Encoding: xchunked', 'Content-Length: {all}'], chunks),
      byChunks,
    ),
    hidden(
      'several codings',
      post(['Transfer-Encoding: chunked, identity', 'Content-Length: {all}'], chunks),
      byChunks,
      'a coding that only looks like chunks',
    ),
    hidden(
      'a coding in a control character',
      post(['Transfer-Encoding: \x0bchunked', 'Content-Length: {all}'], chunks),
      byChunks,
      'a coding that only looks like chunks',
    ),
    hidden('a second request behind the first', (world) => [
      `GET ${allowed(world)} HTTP/1.1\r\nHost: ${hostOf(world)}\r\n\r\n${plain(world)}`,
    ]),
    hidden(
      'a second request behind a body',
      post(['Content-Length: 5'], (world) => `12345${plain(world)}`),
    ),
    hidden(
      'a second request behind an expectation',
      post(['Expect: 100-continue', 'Content-Length: 0'], plain),
      {},
      'a second request behind a body',
    ),
    // Whoever takes the length away for it, and sends the body all the same, makes a request of that.
    hidden(
      'a body whose length is for one hop',
      post(['Content-Length: {all}', 'Connection: close, content-length'], plain),
      { dropsNamed: true },
    ),
    hidden(
      'trailers behind chunks',
      post(['Transfer-Encoding: chunked', 'Trailer: X'], (world) => `0\r\n\r\n${plain(world)}`),
      byChunks,
    ),
    hidden(
      'a size of a chunk that overflows',
      post(['Transfer-Encoding: chunked'], (world) => `10000000000000000\r\n\r\n${plain(world)}`),
      byChunks,
    ),
    hidden('an upgrade that is none', (world) => [
      `GET ${allowed(world)} HTTP/1.1\r\nHost: ${hostOf(world)}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n${plain(world)}`,
    ]),
    hidden(
      'an upgrade to HTTP/2',
      (world) => [
        `GET ${allowed(world)} HTTP/1.1\r\nHost: ${hostOf(world)}\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n${plain(world)}`,
      ],
      {},
      'an upgrade that is none',
    ),
    hidden('a tunnel that was refused', (world) => [
      `CONNECT refused.test:1 HTTP/1.1\r\nHost: refused.test:1\r\n\r\n${plain(world)}`,
    ]),
    hidden(
      'a tunnel with a length',
      (world) => [
        `CONNECT refused.test:1 HTTP/1.1\r\nHost: refused.test:1\r\nContent-Length: 3\r\n\r\nabc${plain(world)}`,
      ],
      {},
      'a tunnel that was refused',
    ),
    hidden('line breaks in what is asked for', (world) => [
      `GET ${allowed(world)}\r\n\r\n${plain(world)} HTTP/1.1\r\nHost: ${hostOf(world)}\r\n\r\n`,
      `GET ${allowed(world)} HTTP/1.1\r\nHost: ${hostOf(world)}\n\n${plain(world)}\r\n`,
    ]),
    hidden('a version of old', (world) => [
      `GET ${allowed(world)} HTTP/1.0\r\nHost: ${hostOf(world)}\r\nConnection: keep-alive\r\n\r\n${plain(world)}`,
      `GET ${allowed(world)}\r\n${plain(world)}`,
    ]),
  ]
}

type Requests = (world: World) => readonly string[]

const hide = (text: string): string => `hide a request in ${text}`

function hidden(
  where: string,
  requests: Requests,
  leniency: Leniency = {},
  variantOf?: string,
): NetworkMechanism {
  return {
    name: hide(where),
    variantOf: variantOf === undefined ? undefined : hide(variantOf),
    prepare: (world) => {
      world.company.leniency = leniency
      return {
        command: sayBytes(world, ...requests(world)),
        byCompany: true,
      }
    },
  }
}

const hostOf = ({ sink }: World): string => `allowed.test:${sink.port}`
const allowed = (world: World): string => `http://${hostOf(world)}/`

function plain({ sink }: World): string {
  const host = `forbidden.test:${sink.port}`
  return `GET http://${host}/smuggled HTTP/1.1\r\nHost: ${host}\r\nX-Fill: ${'a'.repeat(10)}\r\n\r\n`
}

/** No chunk at all, and then the request. */
const chunks = (world: World): string => `0\r\n\r\n${plain(world)}`

/** All of it in one chunk, whose size is just as long as the length that is told. */
function oneChunk(world: World): string {
  const text = plain(world)
  return `${text.length.toString(16).padStart(2, '0')}\r\n${text}\r\n0\r\n\r\n`
}

/** Where headers say `{all}`, it is the length of the whole body. */
function post(headers: readonly string[], body: (world: World) => string): Requests {
  return (world) => {
    const text = body(world)
    const lines = headers.join('\r\n').replaceAll('{all}', String(text.length))
    return [`POST ${allowed(world)} HTTP/1.1\r\nHost: ${hostOf(world)}\r\n${lines}\r\n\r\n${text}`]
  }
}
