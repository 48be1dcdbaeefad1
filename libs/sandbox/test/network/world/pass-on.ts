import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { addressOf } from './address-of.ts'

/**
 * Carries bytes to a proxy as they come, as one does that looks at the first request alone.
 *
 * @param credentials put into each request, as `user:password`
 */
export async function passOn(
  port: number,
  credentials?: string,
): Promise<{ readonly port: number } & AsyncDisposable> {
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const onward = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    for (const socket of [client, onward]) {
      open.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => open.delete(socket))
    }
    if (credentials === undefined) client.pipe(onward)
    else
      client.on('data', (chunk: Buffer) => {
        const field = `Proxy-Authorization: Basic ${Buffer.from(credentials).toString('base64')}`
        onward.write(
          chunk.toString('latin1').replace(/^([A-Z]+ \S+ HTTP\/1.1\r\n)/, `$1${field}\r\n`),
          'latin1',
        )
      })
    onward.pipe(client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: addressOf(server).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
