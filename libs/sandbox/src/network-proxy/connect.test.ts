import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { connectToAny } from './connect.ts'

const { signal: never } = new AbortController()

async function listen(host: string): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((socket) => socket.destroy())
  server.listen(0, host)
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('It has no port')
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}

describe('connectToAny()', () => {
  it('takes the first address that answers', async () => {
    await using server = await listen('127.0.0.3')
    const { port } = server
    const addresses = ['127.0.0.1', '127.0.0.2', '127.0.0.3']
    const socket = await connectToAny({ addresses, port }, { signal: never })
    expect(socket.remoteAddress).toBe('127.0.0.3')
    socket.destroy()
  })

  it('gives the error of the last where none does', async () => {
    await using server = await listen('127.0.0.3')
    const { port } = server
    const addresses = ['127.0.0.1', '127.0.0.2']
    await expect(connectToAny({ addresses, port }, { signal: never })).rejects.toThrow(
      `connect ECONNREFUSED 127.0.0.2:${port}`,
    )
    await expect(connectToAny({ addresses: [], port }, { signal: never })).rejects.toThrow(
      'Cannot connect: there is no address',
    )
  })

  it('connects to nothing once it is aborted', async () => {
    await using server = await listen('127.0.0.1')
    const { port } = server
    const destination = { addresses: ['127.0.0.1'], port }
    const enough = new Error('enough')
    await expect(connectToAny(destination, { signal: AbortSignal.abort(enough) })).rejects.toBe(
      enough,
    )
    const giveUp = new AbortController()
    const connecting = connectToAny(destination, { signal: giveUp.signal })
    giveUp.abort(enough)
    await expect(connecting).rejects.toBe(enough)
  })
})
