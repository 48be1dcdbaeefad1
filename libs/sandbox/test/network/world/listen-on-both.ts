import { createSocket, type Socket as DatagramSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server, type ServerOpts } from 'node:net'
import { addressOf } from './address-of.ts'

/** One port of all addresses, by TCP and by UDP. */
export interface BothListeners {
  readonly server: Server
  readonly datagrams: DatagramSocket
  readonly port: number
}

export async function listenOnBoth(options: ServerOpts = {}): Promise<BothListeners> {
  const server = createServer(options)
  server.listen({ port: 0, host: '::' })
  await once(server, 'listening')
  const { port } = addressOf(server)
  const datagrams = createSocket('udp6')
  datagrams.bind(port, '::')
  await once(datagrams, 'listening')
  return { server, datagrams, port }
}
