import { createServer } from 'node:net'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeToken } from '@mb/marketplace-protocol'
import { writeFile } from 'node:fs/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeFolder, openTiny } from '../fixtures/open-tiny.ts'
import { makeVersion } from '../fixtures/tiny-marketplace.ts'
import { openMarketplace } from '../open-marketplace.ts'
import { exchange } from './exchange.ts'
import { defaultTimeouts } from './timeouts.ts'

const long = 60_000
const slow = { connectMs: long, answerMs: long, idleMs: long, totalMs: long }
const served = makeVersion('acme/pdf', '1.0.0')

describe('a marketplace that is slower than', () => {
  it('the time for a connection', async () => {
    // An https address where TCP connects, and TLS never comes to be.
    const server = createServer()
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address()
        resolve(typeof address === 'object' && address !== null ? address.port : 0)
      })
    })
    const sockets: (() => void)[] = []
    server.on('connection', (socket) => sockets.push(() => socket.destroy()))
    onTestFinished(() => {
      for (const destroy of sockets) destroy()
      server.close()
    })
    const marketplace = openMarketplace({
      repositories: [{ name: 'tls', url: `https://127.0.0.1:${port}` }],
      cacheDirectory: await makeFolder(),
      timeouts: { ...slow, connectMs: 50 },
      random: () => 0,
    })
    await expect(marketplace.info('acme/pdf')).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_TIMEOUT',
      outcome: 'network',
      message: 'Cannot wait any longer for marketplace "tls": no connection stood within 50 ms',
    })
  })

  it('the time for an answer', async () => {
    const { tiny, marketplace } = await openTiny({ timeouts: { ...slow, answerMs: 50 } })
    tiny.answer = () => true
    await expect(marketplace.info('acme/pdf')).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_TIMEOUT',
      message: 'Cannot wait any longer for marketplace "tiny": it did not answer within 50 ms',
    })
    await expect.poll(() => tiny.asked.length).toBe(4)
  })

  it('the time for an answer, its headers coming drop by drop', async () => {
    const { tiny, marketplace } = await openTiny({ timeouts: { ...slow, answerMs: 100 } })
    tiny.answer = ({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\nx: ')
      const drip = setInterval(() => socket.write('x'), 10)
      socket.on('close', () => {
        clearInterval(drip)
      })
      return true
    }
    await expect(marketplace.info('acme/pdf')).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_TIMEOUT',
      message: expect.stringContaining('it did not answer'),
    })
  })

  it('the time between two parts', async () => {
    const { tiny, marketplace } = await openTiny({ timeouts: { ...slow, idleMs: 50 } })
    tiny.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('{')
      return true
    }
    await expect(marketplace.info('acme/pdf')).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_TIMEOUT',
      message: 'Cannot wait any longer for marketplace "tiny": nothing more came within 50 ms',
    })
  })

  it('the time for everything, its body coming drop by drop', async () => {
    const { tiny, marketplace, folder } = await openTiny({ timeouts: { ...slow, totalMs: 1500 } })
    tiny.serve(served)
    const found = await marketplace.find('acme/pdf')
    tiny.answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/octet-stream' })
      const drip = setInterval(() => response.write('x'), 10)
      response.on('close', () => {
        clearInterval(drip)
      })
      return true
    }
    const target = join(folder, 'target')
    await mkdir(target)
    await expect(marketplace.download(found, target)).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_TIMEOUT',
      message: 'Cannot wait any longer for marketplace "tiny": it was not done within 1500 ms',
    })
    expect(await readdir(target)).toEqual([])
  })

  it('the time to take the next bytes', async () => {
    const server = createServer((socket) => socket.pause())
    onTestFinished(() => {
      server.close()
    })
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address()
        resolve(typeof address === 'object' && address !== null ? address.port : 0)
      })
    })
    const block = Buffer.alloc(1024 * 1024)
    const sent = exchange(
      {
        method: 'POST',
        url: new URL(`http://127.0.0.1:${port}/`),
        headers: {},
        body: {
          bytes: 1024 * block.length,
          async *chunks() {
            for (let at = 0; at < 1024; at += 1) yield block
          },
        },
      },
      {
        timeouts: { ...slow, idleMs: 200 },
        signal: new AbortController().signal,
        whom: 'the test',
      },
    )
    await expect(sent).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_TIMEOUT',
      message: 'Cannot wait any longer for the test: it took no more bytes within 200 ms',
    })
  })
})

describe('whoever reads slowly', () => {
  it('is not taken for a slow marketplace', async () => {
    const { tiny } = await openTiny()
    tiny.answer = (_, response) => {
      response.end(Buffer.alloc(300_000))
      return true
    }
    const reply = await exchange(
      { method: 'GET', url: new URL(tiny.url), headers: {} },
      {
        timeouts: { ...slow, idleMs: 500 },
        signal: new AbortController().signal,
        whom: 'the test',
      },
    )
    let total = 0
    for await (const chunk of reply.chunks()) {
      if (total === 0) await sleep(1500)
      total += chunk.length
    }
    expect(total).toBe(300_000)
  })
})

describe('a signal', () => {
  it.each(['before', 'while it waits', 'while it pauses'])(
    'stops a question %s, with its reason',
    async (when) => {
      const { tiny, marketplace } = await openTiny({ random: () => 1 })
      const stop = new AbortController()
      const reason = new Error('Ctrl-C')
      tiny.answer = (_, response) => {
        if (when === 'while it pauses') response.writeHead(503, { 'retry-after': '20' }).end()
        setTimeout(() => {
          stop.abort(reason)
        }, 50)
        return true
      }
      if (when === 'before') stop.abort(reason)
      const began = performance.now()
      await expect(marketplace.info('acme/pdf', { signal: stop.signal })).rejects.toBe(reason)
      expect(performance.now() - began).toBeLessThan(5000)
      expect(tiny.asked.length).toBe(when === 'before' ? 0 : 1)
    },
  )

  it('stops a publish that waits', async () => {
    const { tiny, marketplace, folder } = await openTiny()
    tiny.token = makeToken()
    tiny.states = ['received']
    const file = join(folder, 'pdf.zip')
    await writeFile(file, 'PK')
    const stop = new AbortController()
    const reason = new Error('Ctrl-C')
    const published = marketplace.publish(file, {
      namespace: 'acme',
      repository: 'tiny',
      signal: stop.signal,
      onProgress: ({ state }) => {
        if (state === 'received') stop.abort(reason)
      },
    })
    await expect(published).rejects.toBe(reason)
  })
})

describe('defaultTimeouts', () => {
  it('are those that are documented', () => {
    expect(defaultTimeouts).toEqual({
      connectMs: 5_000,
      answerMs: 10_000,
      idleMs: 30_000,
      totalMs: 600_000,
    })
  })
})
