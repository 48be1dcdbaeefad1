import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'

/** What the origin proves by who it is, in PEM. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

/** Sends back a single byte, and else as many bytes as it is told. */
function serve(socket: Socket): void {
  socket.setNoDelay(true)
  socket.on('error', () => undefined)
  socket.on('data', (chunk) => {
    if (chunk.toString() === '.') socket.write('.')
    else sendBytes(socket, Number(chunk.toString()))
  })
}

const part = Buffer.alloc(256 * 1024, 'x')

function sendBytes(socket: Socket, wanted: number): void {
  let left = wanted
  const send = (): void => {
    while (left > 0) {
      const piece = part.subarray(0, left)
      left -= piece.length
      if (!socket.write(piece)) return void socket.once('drain', send)
    }
    socket.end()
  }
  send()
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('It has no port')
  return address.port
}

process.once('message', (certificate: Certificate) => {
  const servers = [createServer(serve), createTlsServer(certificate, serve)].map(portOf)
  void Promise.all(servers).then(([plain, secure]) => process.send?.({ plain, secure }))
})
