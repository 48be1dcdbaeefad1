import { readFile, writeFile } from 'node:fs/promises'
import type { IncomingMessage, Server } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ask, asker } from './ask-proxy.ts'
import { isSkipped, skipReason } from './engine.ts'
import { Place } from './mb.ts'
import { portOf, serve } from './served-host.ts'

let server: Server
let port: number
let asked: string[]

beforeEach(async () => {
  asked = []
  server = await serve((request) => {
    asked.push(`${request.method} ${request.url}`)
    return 'served\n'
  })
  port = portOf(server)
})

afterEach(() => {
  server.close()
  server.closeAllConnections()
})

/** The address of a proxy that wants a password, as variables hold it. */
function withPassword(credentials: string, at: number): string {
  return `http://${credentials}@127.0.0.1:${at}`
}

describe.skipIf(isSkipped)(`mb sandbox run --net${skipReason}`, () => {
  it('lets a command reach that host, and says what another would need', async () => {
    await using place = await Place.open()
    const run = ['sandbox', 'run', '--net', `127.0.0.1:${port}`]
    expect(await place.mb([...run, ...ask(`http://127.0.0.1:${port}/page`)])).toEqual({
      code: 0,
      stdout: '200 served\n',
      stderr: '',
    })
    const refused = await place.mb([...run, ...ask('http://other.example:8080/')])
    expect(refused.stdout).toMatch(/^403 /)
    expect(refused.stderr).toBe(
      'refused It tried other.example:8080: allow it with --net other.example:8080\n',
    )
    expect(asked).toEqual(['GET /page'])
  })

  it('adds to the hosts of a policy file', async () => {
    await using place = await Place.open()
    await writeFile(
      join(place.folder, 'jail.yaml'),
      `net: [{ host: 127.0.0.1, ports: [${port}] }, example.org]`,
    )
    const run = ['sandbox', 'run', '--policy', 'jail.yaml', '--net', '[::1]:9']
    expect((await place.mb([...run, ...ask(`http://127.0.0.1:${port}/`)])).stdout).toBe(
      '200 served\n',
    )
    const { stdout } = await place.mb([...run, '--dry-run', '--json', '--', 'true'])
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      grants: expect.arrayContaining([
        expect.objectContaining({ kind: 'net', target: '::1', risk: 'critical' }),
        expect.objectContaining({ kind: 'net', target: '127.0.0.1', risk: 'critical' }),
        expect.objectContaining({ kind: 'net', target: 'example.org', risk: 'high' }),
      ]),
    })
  })

  it('--dry-run says whom it would trust and where it would be recorded', async () => {
    await using place = await Place.open()
    const named = ['--net', 'a.example', '--ca', 'ca.pem', '--audit', 'calls.jsonl']
    const planned = ['sandbox', 'run', '--dry-run', ...named, '--', 'true']
    // What the run would refuse is refused here.
    expect(await place.mb(planned)).toMatchObject({
      code: 126,
      stderr: expect.stringMatching(/ca\.pem": it cannot be read \(ENOENT\)/),
    })
    await writeFile(join(place.folder, 'ca.pem'), rootCertificates[0] ?? '')
    const { code, stdout } = await place.mb(planned)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^trusts +ca\.pem\nrecord +calls\.jsonl\n/m)
    const alone = ['sandbox', 'run', '--dry-run', '--ca', 'ca.pem', '--', 'true']
    expect((await place.mb(alone)).code).toBe(2)
  })

  it('--json tells of it in a report', async () => {
    await using place = await Place.open()
    const run = ['sandbox', 'run', '--net', `127.0.0.1:${port}`, '--env', 'TOKEN=secret', '--json']
    const { code, stdout } = await place.mb([...run, ...ask('http://127.0.0.1:9/')])
    expect(code).toBe(0)
    const violations = [{ kind: 'network', name: '127.0.0.1:9', count: 1 }]
    expect(JSON.parse(stdout)).toMatchObject({
      violations: expect.arrayContaining(violations),
      report: {
        permissions: {
          net: [{ host: '127.0.0.1', ports: [port] }],
          env: expect.arrayContaining(['TOKEN']),
        },
        violations: expect.arrayContaining(violations),
        executionTimeMs: expect.any(Number),
        resourceUsage: { cpuMs: expect.any(Number), peakMemoryBytes: expect.any(Number) },
        network: [{ host: '127.0.0.1', port: 9, allowed: 0, refused: 1 }],
      },
      refusedHosts: [{ target: '127.0.0.1:9', reason: 'not-granted', count: 1 }],
    })
    expect(stdout).not.toContain('secret')
  })

  it('--verbose shows whom it has reached', async () => {
    await using place = await Place.open()
    const run = ['sandbox', 'run', '-v', '--net', `127.0.0.1:${port}`]
    const { stderr } = await place.mb([...run, ...ask(`http://127.0.0.1:${port}/`)])
    expect(stderr).toContain(`\nreached 127.0.0.1:${port} ×1, 0 B up, 7 B down\n`)
    expect(stderr).toContain('the proxy')
  })

  it('says of a host that it may reach why it could not', async () => {
    await using place = await Place.open()
    const closed = await serve(() => '')
    const gone = portOf(closed)
    await new Promise((resolve) => closed.close(resolve))
    const run = ['sandbox', 'run', '--net', `127.0.0.1:${gone}`, '--net', `127.0.0.1:${port}`]
    const failed = await place.mb([...run, ...ask(`http://127.0.0.1:${gone}/`)])
    expect(failed.stdout).toMatch(/^502 /)
    expect(failed.stderr).toBe(`failed It tried 127.0.0.1:${gone}: it cannot be reached\n`)
    const env = { HTTPS_PROXY: `http://127.0.0.1:${gone}` }
    const named = ['sandbox', 'run', '-v', '--net', 'shop.example:80']
    const { stderr } = await place.mb([...named, ...ask('http://shop.example/')], { env })
    expect(stderr).toContain('failed It tried shop.example:80: your proxy cannot be reached\n')
    expect(stderr).not.toContain('reached shop.example')
  })

  it('refuses what is no host, before anything runs', async () => {
    await using place = await Place.open()
    const run = ['sandbox', 'run', '--net', 'https://a.example/?token=secret', '--', 'true']
    expect(await place.mb(run)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'error Cannot allow that with --net: it is a URL (MB_CLI_VALUE)\nhint  Name the host alone: a.example:443\n',
    })
    const wrong = ['sandbox', 'run', '--net', '127.1', '--', 'true']
    expect((await place.mb(wrong)).code).toBe(126)
  })
})

describe.skipIf(isSkipped)(`mb sandbox doctor${skipReason}`, () => {
  it('says whether a command can be held to hosts', async () => {
    await using place = await Place.open()
    const { stdout } = await place.mb(['sandbox', 'doctor', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, connections: { usable: true } })
    const people = await place.mb(['sandbox', 'doctor'])
    expect(people.stdout).toMatch(
      /^connections +by a proxy, to the hosts that are named with --net$/m,
    )
    expect(people.stdout).toMatch(/^observed by +(?:\/\S+\/strace|nothing: strace is not there)$/m)
  })
})

describe.skipIf(isSkipped)(`mb sandbox run --net, behind a company's proxy${skipReason}`, () => {
  it('goes through it by what the person has set, and tells the command nothing of it', async () => {
    await using place = await Place.open()
    const seen: string[] = []
    const upstream = await serveProxy((request) => {
      seen.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`)
    })
    try {
      const env = {
        HTTPS_PROXY: withPassword('user:pass-word', portOf(upstream)),
        NO_PROXY: 'intranet.example',
      }
      const run = ['sandbox', 'run', '--net', 'shop.example:80', '--audit', 'a.jsonl', '--json']
      const script = `${asker}; print join "\\n", map { "$_=$ENV{$_}" } keys %ENV`
      const command = ['--', 'perl', '-e', script, 'http://shop.example/']
      const { stdout } = await place.mb([...run, ...command], { env })
      expect(JSON.parse(stdout).stdout).toMatch(/^200 served\n/)
      expect(seen.length).toBe(1)
      expect(seen[0]).toContain('shop.example')
      const credentials = Buffer.from('user:pass-word').toString('base64')
      expect(seen[0]).toContain(`Basic ${credentials}`)
      const audit = await readFile(join(place.folder, 'a.jsonl'), 'utf8')
      for (const text of [stdout, audit]) {
        expect(text).not.toContain('pass-word')
        expect(text).not.toContain(credentials)
        expect(text).not.toContain('intranet.example')
      }
    } finally {
      upstream.close()
      upstream.closeAllConnections()
    }
  })

  it('says which variable names no proxy, and not its value', async () => {
    await using place = await Place.open()
    const env = { ALL_PROXY: 'socks5://user:pass-word@proxy.example' }
    const run = ['sandbox', 'run', '--net', 'shop.example', '--', 'true']
    expect(await place.mb(run, { env })).toMatchObject({
      code: 2,
      stderr:
        'error Cannot use the proxy that ALL_PROXY names: it is none of http:// or https:// (MB_CLI_VALUE)\nhint  Set ALL_PROXY to one that is, or unset it for this run\n',
    })
    // Without a host there is nothing to reach by it.
    expect((await place.mb(['sandbox', 'run', '--', 'true'], { env })).code).toBe(0)
  })

  it('trusts the authorities that are named, and those that the person has set', async () => {
    await using place = await Place.open()
    const [named = '', known = ''] = rootCertificates.map((text) => text.replaceAll('\n', '\r\n'))
    await writeFile(join(place.folder, 'named.pem'), named)
    await writeFile(join(place.folder, 'known.pem'), known)
    const env = { NODE_EXTRA_CA_CERTS: join(place.folder, 'known.pem') }
    const run = ['sandbox', 'run', '--net', 'shop.example', '--ca', 'named.pem', '--', 'sh', '-c']
    const { stdout } = await place.mb([...run, 'cat "$NODE_EXTRA_CA_CERTS"'], { env })
    expect(stdout).toBe(`${named}\n${known}\n`)
    expect(await place.mb(['sandbox', 'run', '--ca', 'named.pem', '--', 'true'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Cannot use --ca'),
    })
  })
})

/** A proxy that leads everywhere to the same server. */
async function serveProxy(see: (request: IncomingMessage) => void): Promise<Server> {
  const made = await serve((request) => {
    see(request)
    return 'served\n'
  })
  made.on('connect', (request: IncomingMessage, client) => {
    see(request)
    const onward = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      client.pipe(onward).pipe(client)
    })
    onward.on('error', () => client.destroy())
    client.on('error', () => onward.destroy())
  })
  return made
}
