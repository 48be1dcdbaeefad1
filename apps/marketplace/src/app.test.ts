import { createConnection } from 'node:net'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { LogData, Logger } from '@mb/kernel'
import { makeToken, openApiDocument, routes } from '@mb/marketplace-protocol'
import { pluginPackage } from './fixtures/plugin-package.ts'
import { clean, problemOf, read, Served } from './fixtures/served.ts'

interface Line {
  readonly level: string
  readonly message: string
  readonly data: LogData | undefined
}

function recorded(lines: Line[]): Logger {
  const at = (level: string) => (message: string, data?: LogData) => {
    lines.push({ level, message, data })
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

describe('the marketplace', () => {
  it('says what it is, and that it is well', async () => {
    await using served = await Served.start({ name: 'Plugins of Acme' })
    expect(await served.get('/.well-known/mb.json', routes.service.answer, '')).toEqual({
      protocol: 1,
      name: 'Plugins of Acme',
      api: '/v1',
      maxPackageBytes: 100 * 1024 * 1024,
    })
    expect(await served.get('/healthz', routes.health.answer, '')).toEqual({ status: 'ok' })
    expect(await served.get('/readyz', routes.readiness.answer, '')).toEqual({ status: 'ok' })
  })

  it('describes its contract, with where it is', async () => {
    await using served = await Served.start({ name: 'Plugins' })
    const document = await served.get('/v1/openapi.json', routes.openapi.answer, '')
    const { url } = served.marketplace
    expect(document).toMatchObject({ servers: [{ url }], info: { title: 'Plugins' } })
    const { paths } = openApiDocument({ title: '', version: '' })
    expect(document['paths']).toEqual(JSON.parse(JSON.stringify(paths)))
  })

  it('answers each route of its contract, and no other method of it', async () => {
    await using served = await Served.start()
    for (const { path, method } of Object.values(routes)) {
      const address = path.replaceAll(/\{(?:namespace|name)\}/g, 'acme').replaceAll(/\{\w+\}/g, 'x')
      const right = await served.ask(address, { method, token: makeToken() })
      expect([path, right.status]).not.toEqual([path, 405])
      const wrong = await served.ask(address, { method: 'PATCH' })
      expect([path, (await problemOf(wrong)).code]).toEqual([path, 'method-not-allowed'])
    }
  })

  it('sends what browsers need to be careful, and opens itself to no other site', async () => {
    await using served = await Served.start()
    for (const path of ['/', '/v1/search', '/nothing', '/v1/account', '/readyz']) {
      const { headers } = await served.ask(path, { headers: { origin: 'https://evil.example' } })
      expect(Object.fromEntries(headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
      })
      expect(headers.has('server') || headers.has('x-powered-by')).toBe(false)
      expect(headers.has('access-control-allow-origin')).toBe(false)
    }
  })

  it('says what is missing as a page to people, and as a problem to programs', async () => {
    await using served = await Served.start()
    for (const path of [
      '/nothing',
      '/plugins/acme/none',
      '/plugins/%2e%2e%2f/x',
      '/assets/x.css',
    ]) {
      const page = await served.ask(path, { headers: { accept: 'text/html,*/*' } })
      expect([path, page.status, page.headers.get('content-type')]).toEqual([
        path,
        404,
        'text/html; charset=utf-8',
      ])
      expect((await problemOf(await served.ask(path))).code).toBe('not-found')
    }
    const api = await served.ask('/v1/nothing', { headers: { accept: 'text/html' } })
    expect((await problemOf(api)).code).toBe('not-found')
  })

  it('shows pages for any query and any part of the list', async () => {
    await using served = await Served.start()
    const long = 'a'.repeat(10_000)
    for (const path of [
      '/?q=<b>',
      `/?q=${long}`,
      '/?offset=-1',
      '/?limit=x',
      '/?q=%00%ff',
      '/?q=🦊',
    ])
      expect([path, (await served.ask(path)).status]).toEqual([path, 200])
  })

  it.each(['limit=0', 'limit=101', 'limit=x', 'offset=-1', 'offset=10001', `q=${'a'.repeat(201)}`])(
    'refuses a search with %.20s',
    async (query) => {
      await using served = await Served.start()
      expect((await problemOf(await served.ask(`/v1/search?${query}`))).code).toBe('bad-request')
    },
  )

  it('says that a plugin is as it was to whoever has it', async () => {
    await using served = await Served.start()
    await served.publish(await pluginPackage({ key: served.key }))
    const path = '/v1/plugins/acme/notes'
    const etag = (await served.ask(path)).headers.get('etag') ?? ''
    const headers = { 'if-none-match': `W/${etag}` }
    expect((await served.ask(path, { headers })).status).toBe(304)
    await served.publish(await pluginPackage({ key: served.key, manifest: { version: '1.1.0' } }))
    expect((await served.ask(path, { headers })).status).toBe(200)
  })

  it('logs requests without who asked, for what, and by which token', async () => {
    const lines: Line[] = []
    await using served = await Served.start({ logger: recorded(lines) })
    await served.ask('/v1/search?q=secret-wish')
    const text = JSON.stringify(lines)
    expect(text).toContain('/v1/search')
    expect(text).not.toContain('secret-wish')
    expect(text).not.toContain(served.token)
    expect(text).not.toContain('127.0.0.1')
  })

  it('tells who asked an id of a failure, and the operator what it was', async () => {
    const lines: Line[] = []
    await using served = await Served.start({
      logger: recorded(lines),
      scan: async () => {
        throw new Error('The inside of the scanner')
      },
    })
    const bytes = await pluginPackage({ key: served.key })
    const problem = await problemOf(await served.send(bytes, {}, '/v1/validate'))
    const id = /[0-9a-f-]{36}/.exec(problem.detail)?.[0]
    expect(problem).toMatchObject({ code: 'internal', detail: `The marketplace failed: ${id}` })
    expect(lines.find(({ level }) => level === 'error')?.data).toMatchObject({
      id,
      error: 'Error: The inside of the scanner',
    })
  })

  it.each([
    ['GET /v1/search HTTP/1.1\r\nHost: x\r\nX: ' + 'x'.repeat(20_000), '431'],
    ['GET / HTTP/9.9\r\nHost: x', '400'],
    [
      'POST /v1/validate HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked',
      '400',
    ],
  ])('refuses what is no request: %.30s', async (head, status) => {
    await using served = await Served.start()
    const { hostname, port } = new URL(served.marketplace.url)
    const socket = createConnection({ host: hostname, port: Number(port) })
    socket.on('error', () => {})
    socket.write(`${head}\r\n\r\n`)
    const [chunk]: unknown[] = await once(socket, 'data')
    socket.destroy()
    expect(String(chunk).split(' ')[1]).toBe(status)
    expect((await served.ask('/healthz')).status).toBe(200)
  })

  it('finishes what it is at before it ends', async () => {
    const { promise: scanning, resolve: isScanning } = Promise.withResolvers<void>()
    const { promise: goOn, resolve: letGoOn } = Promise.withResolvers<void>()
    await using served = await Served.start({
      scan: async () => {
        isScanning()
        await goOn
        return clean
      },
    })
    const bytes = await pluginPackage({ key: served.key })
    const answer = served.send(bytes, {}, '/v1/validate')
    await scanning
    const stopped = served.stop()
    letGoOn()
    expect(await read(await answer, routes.validate.answer)).toMatchObject({ ok: true })
    await stopped
  })
})
