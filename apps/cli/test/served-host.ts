import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'

/** Serves on this machine, at a port that is free. */
export async function serve(answer: (request: IncomingMessage) => string): Promise<Server> {
  const made = createServer((request, response) => void response.end(answer(request)))
  made.listen(0, '127.0.0.1')
  await once(made, 'listening')
  return made
}

/** Where a server listens. */
export function portOf(listening: Server): number {
  const address = listening.address()
  if (typeof address === 'object' && address !== null) return address.port
  throw new TypeError('Cannot tell the port: the server has none')
}
