import { once } from 'node:events'
import { createConnection } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { silentLogger } from '@mb/kernel'
import { pluginPackage } from './fixtures/plugin-package.ts'
import { Served } from './fixtures/served.ts'

const path = '/v1/plugins/acme/notes'

describe('a connection on which much is asked at once', () => {
  it('has one answer made at a time, so that nobody fills the memory by not reading', async () => {
    let answered = 0
    const info = (_: string, data?: object): void => {
      if (data !== undefined && 'path' in data && data.path === path) answered += 1
    }
    await using served = await Served.start({ logger: { ...silentLogger, info } })
    const files = { 'README.md': 'word '.repeat(50_000) }
    const { state } = await served.publish(await pluginPackage({ key: served.key, files }))
    expect(state).toBe('live')
    const { hostname, port } = new URL(served.marketplace.url)
    const socket = createConnection(Number(port), hostname)
    socket.pause()
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`.repeat(90))
    await expect.poll(() => answered, { timeout: 20_000 }).toBeGreaterThan(0)
    let before = 0
    while (before !== answered) {
      before = answered
      await delay(1000)
    }
    // As many as the system keeps between the two.
    expect(answered).toBeLessThan(60)
    const received: Buffer[] = []
    const bytes = (): number => Buffer.concat(received).length
    socket.on('data', (chunk: Buffer) => received.push(chunk))
    socket.resume()
    while (bytes() < 90 * 250_000) await delay(50)
    socket.end()
    await once(socket, 'close')
    expect(answered).toBe(90)
  })

  it('ends after a hundred', async () => {
    await using served = await Served.start()
    const { hostname, port } = new URL(served.marketplace.url)
    const socket = createConnection(Number(port), hostname)
    let said = ''
    socket.on('data', (chunk: Buffer) => (said += chunk.toString()))
    socket.write(`GET /healthz HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`.repeat(120))
    while (!said.includes('HTTP/1.1 503 ')) await delay(10)
    socket.destroy()
    expect(said.match(/HTTP\/1\.1 200 /g)).toHaveLength(100)
  })
})
