import { once } from 'node:events'
import { createServer, type ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'

/** Connects to whomever was asked for. */
export type Reach = (host: string, port: number) => Promise<Socket>

/** Serves SOCKS 4 and 5 (RFC 1928) without a password, where the first bytes are of those. */
export async function serveSocks(client: Socket, first: Buffer, reach: Reach): Promise<boolean> {
  if (first[0] === 4 && first.length >= 9) {
    const server = await reach([...first.subarray(4, 8)].join('.'), first.readUInt16BE(2))
    client.write(Buffer.from([0, 90, 0, 0, 0, 0, 0, 0]))
    client.pipe(server).pipe(client)
    return true
  }
  if (first[0] !== 5) return false
  client.write(Buffer.from([5, 0]))
  const [asked]: unknown[] = await once(client, 'data')
  if (!(asked instanceof Buffer) || asked.length < 10) throw new TypeError('It asks for nobody')
  const server = await reach([...asked.subarray(4, 8)].join('.'), asked.readUInt16BE(8))
  client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
  server.write(asked.subarray(10))
  client.pipe(server).pipe(client)
  return true
}

/** Serves tunnels of HTTP/2 in the clear (RFC 9113, 8.5), where the first bytes are its preface. */
export function serveHttp2(client: Socket, first: Buffer, reach: Reach): boolean {
  if (!first.toString('latin1').startsWith('PRI * HTTP/2.0')) return false
  const server = createServer()
  const connect = async (stream: ServerHttp2Stream, authority: string): Promise<void> => {
    const [host = '', port = ''] = authority.split(':')
    const onward = await reach(host, Number(port))
    stream.respond({ ':status': 200 })
    stream.pipe(onward).pipe(stream)
  }
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {})
    connect(stream, headers[':authority'] ?? '').catch(() => stream.destroy())
  })
  client.unshift(first)
  server.emit('connection', client)
  return true
}
