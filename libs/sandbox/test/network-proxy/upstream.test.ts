import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { NetworkProxy } from '../../src/network-proxy/network-proxy.ts'
import { openProxy, say, serveHttp, serveTcp, summary } from './open-proxy.ts'

interface Company extends AsyncDisposable {
  readonly port: number
  /** What it was asked for, with the credentials that came along. */
  readonly asked: readonly string[]
}

interface CompanyOptions {
  /** Where every name leads. */
  readonly originPort: number
  readonly password?: string
  readonly tls?: { readonly key: Buffer; readonly cert: string }
}

/** The proxy of a company: resolves every name to one server, and wants a password. */
async function openCompany({ originPort, password, tls }: CompanyOptions): Promise<Company> {
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const server = tls === undefined ? createServer() : createTlsServer(tls)
  const expected =
    password === undefined ? undefined : `Basic ${Buffer.from(password).toString('base64')}`
  server.on('connection', (socket: Socket) => sockets.add(socket))
  server.on('request', (incoming, outgoing) => {
    const { authorization, 'proxy-authorization': given } = incoming.headers
    asked.push(`${incoming.method} ${incoming.url} ${given ?? ''} ${authorization ?? ''}`.trim())
    if (given !== expected) {
      outgoing.writeHead(407, { 'proxy-authenticate': 'Basic' }).end('who are you')
      return
    }
    const { pathname } = new URL(incoming.url ?? '')
    const onward = request({ port: originPort, path: pathname, headers: incoming.headers })
    onward.on('response', (answer) => answer.pipe(outgoing))
    onward.end()
  })
  server.on('connect', (incoming, socket) => {
    asked.push(`CONNECT ${incoming.url} ${incoming.headers['proxy-authorization'] ?? ''}`.trim())
    if (incoming.headers['proxy-authorization'] !== expected) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
      return
    }
    const onward = connect({ host: '127.0.0.1', port: originPort })
    sockets.add(onward)
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    onward.pipe(socket).pipe(onward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('It has no port')
  return {
    port: address.port,
    asked,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

const grants = [{ host: 'a.b' }, { host: 'localhost' }, { host: '127.0.0.1' }, { host: '10.0.0.1' }]
const get = (url: string): string =>
  `GET ${url} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nConnection: close\r\nProxy-Authorization: Basic bWluZQ==\r\n\r\n`

/** The address of a proxy that wants a password, as variables hold it. */
function withPassword(credentials: string, port: number): string {
  return `http://${credentials}@127.0.0.1:${port}`
}

describe('an upstream proxy', () => {
  it('is asked for tunnels and for plain HTTP, with its own credentials', async () => {
    await using origin = await serveHttp((incoming, outgoing) => {
      outgoing.end(`here ${incoming.url} ${incoming.headers['proxy-authorization'] ?? ''}`)
    })
    await using company = await openCompany({ originPort: origin.port, password: 'me:s3cret' })
    const url = withPassword('me:s3cret', company.port)
    await using open = await openProxy({ grants, upstream: { url } })
    const credentials = Buffer.from('me:s3cret').toString('base64')

    const tunnelled = await say(
      open.port,
      `CONNECT a.b:443 HTTP/1.1\r\n\r\nGET /one HTTP/1.1\r\nHost: a.b\r\nConnection: close\r\n\r\n`,
    )
    expect(tunnelled).toContain('here /one')
    expect(await say(open.port, get('http://a.b:8080/two'))).toContain('here /two')
    expect(company.asked).toEqual([
      `CONNECT a.b:443 Basic ${credentials}`,
      `GET http://a.b:8080/two Basic ${credentials}`,
    ])
    const told = JSON.stringify(open.decisions)
    expect([told.includes('s3cret'), told.includes(credentials)]).toEqual([false, false])
    expect(open.decisions.map(({ address }) => address)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })

  it('is asked for nothing that is not granted, nor for an address that is not', async () => {
    await using origin = await serveTcp(() => undefined)
    await using company = await openCompany({ originPort: origin.port })
    const upstream = { url: `http://127.0.0.1:${company.port}` }
    await using open = await openProxy({ grants: [{ host: '*' }], upstream })
    expect(await say(open.port, get('http://10.0.0.1/'))).toContain('x-mb-denied: address')
    expect(await say(open.port, 'CONNECT 0x7f.1:80 HTTP/1.1\r\n\r\n')).toContain(
      'x-mb-denied: address',
    )
    expect(company.asked).toEqual([])
  })

  it('is not asked for what needs no proxy', async () => {
    await using origin = await serveHttp((_incoming, outgoing) => outgoing.end('near'))
    await using company = await openCompany({ originPort: origin.port })
    const upstream = { url: `http://127.0.0.1:${company.port}`, noProxy: ['127.0.0.0/8', 'a.b'] }
    const options = { upstream, resolve: async () => ['127.0.0.1'] }
    await using open = await openProxy({ grants, ...options })
    for (const host of ['localhost', '127.0.0.1', 'a.b'])
      expect(await say(open.port, get(`http://${host}:${origin.port}/`))).toContain('near')
    expect(company.asked).toEqual([])
  })

  it('that refuses is told of, without its question for a password', async () => {
    await using origin = await serveTcp(() => undefined)
    await using company = await openCompany({ originPort: origin.port, password: 'me:s3cret' })
    const upstream = { url: `http://127.0.0.1:${company.port}` }
    await using open = await openProxy({ grants, upstream })
    for (const ask of ['CONNECT a.b:443 HTTP/1.1\r\n\r\n', get('http://a.b/')]) {
      const answer = await say(open.port, ask)
      expect(answer).toMatch(/^HTTP\/1.1 502 Bad Gateway\r\n/)
      expect(answer).toContain('the proxy of this network refuses')
      expect(answer.toLowerCase()).not.toContain('authenticate')
    }
    expect(open.decisions.map(summary)).toEqual([
      'decided CONNECT a.b:443 allowed',
      'ended CONNECT a.b:443 allowed upstream',
      'decided GET a.b:80 allowed',
      'ended GET a.b:80 allowed upstream',
    ])
  })

  it('is not asked to tell what it is told', async () => {
    await using origin = await serveHttp((_incoming, outgoing) => outgoing.end())
    await using company = await openCompany({ originPort: origin.port, password: 'me:s3cret' })
    await using open = await openProxy({
      grants: [{ host: 'shop.example' }],
      upstream: { url: withPassword('me:s3cret', company.port) },
    })
    const answer = await say(
      open.port,
      'TRACE http://shop.example/ HTTP/1.1\r\nHost: shop.example\r\nMax-Forwards: 0\r\n\r\n',
    )
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
    expect({ asked: company.asked, decisions: open.decisions.map(summary) }).toEqual({
      asked: [],
      decisions: ['decided TRACE http://shop.example/:0 refused malformed'],
    })
  })

  it('that is not there is told of', async () => {
    await using open = await openProxy({ grants, upstream: { url: 'http://127.0.0.1:1' } })
    expect(await say(open.port, 'CONNECT a.b:443 HTTP/1.1\r\n\r\n')).toContain('502 Bad Gateway')
    expect(open.decisions.map(({ reason }) => reason)).toEqual([undefined, 'unreachable'])
  })

  it.each(['what', '', 'socks5://me:s3cret@127.0.0.1:1', 'http://me:s3cret@:80'])(
    'has an address: %j',
    (url) => {
      expect(() => new NetworkProxy({ grants, upstream: { url } })).toThrow(
        expect.objectContaining({
          code: 'MB_SANDBOX_UPSTREAM',
          message:
            'Cannot use the proxy of this network: its address is no "http://host:port" or "https://host:port"',
        }),
      )
    },
  )

  it('by TLS is believed only where it proves who it is', async () => {
    await using origin = await serveTcp((socket) => socket.end('here'))
    const tls = makeCertificate()
    await using company = await openCompany({ originPort: origin.port, tls })
    const upstream = { url: `https://127.0.0.1:${company.port}` }
    await using open = await openProxy({ grants, upstream })
    const ask = 'CONNECT a.b:443 HTTP/1.1\r\n\r\n'
    expect(await say(open.port, ask)).toContain('502 Bad Gateway')
    expect(company.asked).toEqual([])
    const before = getCACertificates('default')
    setDefaultCACertificates([...before, tls.cert])
    try {
      expect(await say(open.port, ask)).toBe('HTTP/1.1 200 Connection established\r\n\r\nhere')
    } finally {
      setDefaultCACertificates(before)
    }
    expect(company.asked).toEqual(['CONNECT a.b:443'])
  })
})

function makeCertificate(): { readonly key: Buffer; readonly cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'upstream-'))
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    const made = ['-keyout', key, '-out', cert, '-days', '1']
    execFileSync('openssl', ['req', ...kind, ...made, ...subject], { stdio: 'ignore' })
    return { key: readFileSync(key), cert: readFileSync(cert, 'utf8') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
