import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { Readable } from 'node:stream'
import { rootCertificates } from 'node:tls'
import {
  openSandbox,
  sandboxMinimum,
  securityReport,
  type BackendName,
  type NetworkDecision,
  type Sandbox,
  type SandboxOptions,
} from '@mb/sandbox'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findBuilder } from '../src/backends/find-builder.ts'
import { findNamespaces } from '../src/backends/namespaces/find-namespaces.ts'
import { openJails } from '../src/jail/open-jails.ts'
import { findPythonLoader } from '../src/loader/loader.ts'
import { isTestable, onEachBackend, temporaryFolder } from './engine.ts'
import { isRunning } from './is-running.ts'
import { runAsNobody } from './run-as-nobody.ts'

let server: Server
let port: number
let asked: string[]

beforeEach(async () => {
  asked = []
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.end('served')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
})

afterEach(() => {
  server.close()
  server.closeAllConnections()
})

/** Asks whoever listens at a port for an address, and prints what comes. */
const asker = String.raw`
my ($port, $url) = @ARGV;
my ($host) = $url =~ m{^http://([^/]*)};
$| = 1;
my $server;
socket($server, 2, 1, 0) && connect($server, pack('S n C4 x8', 2, $port, 127, 0, 0, 1)) or die "$!\n";
syswrite($server, "GET $url HTTP/1.1\r\nHost: $host\r\nConnection: close\r\n\r\n");
print while <$server>;
`
const ask = (at: number, url: string): readonly [string, readonly string[]] => [
  'perl',
  ['-e', asker, String(at), url],
]
const proxyPort = 3128

onEachBackend('a sandbox with a host granted', (backend) => {
  it('reaches it by the proxy, and by nothing else', async () => {
    const decisions: NetworkDecision[] = []
    await using sandbox = await openWithHost(backend, {
      network: { onDecision: (decision) => decisions.push(decision) },
    })
    const url = `http://127.0.0.1:${port}/page`
    const reached = await sandbox.run(...ask(proxyPort, url))
    expect(reached.stdout).toMatch(/^HTTP\/1\.1 200 [^]*served/)
    expect(reached.violations.filter(({ kind }) => kind === 'network')).toEqual([])
    expect(reached.network).toEqual([
      { host: '127.0.0.1', port, allowed: 1, refused: 0, bytesUp: 0, bytesDown: 6 },
    ])
    expect((await sandbox.run(...ask(port, '/directly'))).stderr).toBe('Connection refused\n')
    expect(asked).toEqual(['GET /page'])
    expect(decisions.map(({ kind, allowed }) => [kind, allowed])).toEqual([
      ['decided', true],
      ['ended', true],
    ])
  })

  it('tells what it was refused, as a violation and in the report', async () => {
    await using sandbox = await openWithHost(backend)
    const result = await sandbox.run(...ask(proxyPort, 'http://127.0.0.1:9/'))
    expect(result.stdout).toMatch(/^HTTP\/1\.1 403 /)
    const violations = [{ kind: 'network', name: '127.0.0.1:9', count: 1 }]
    expect(result.violations).toEqual(expect.arrayContaining(violations))
    const policy = { net: [{ host: '127.0.0.1', ports: [port] }], env: { TOKEN: 'secret' } }
    const report = securityReport(policy, result)
    expect(report).toEqual({
      permissions: {
        read: [],
        write: [],
        deny: [],
        dangerous: [],
        net: policy.net,
        exec: [],
        env: ['TOKEN'],
      },
      violations: result.violations,
      executionTimeMs: result.usage.wallMs,
      resourceUsage: {
        cpuMs: result.usage.cpuMs,
        peakMemoryBytes: result.usage.peakMemoryBytes,
      },
      network: [{ host: '127.0.0.1', port: 9, allowed: 0, refused: 1, bytesUp: 0, bytesDown: 0 }],
    })
    expect(JSON.stringify(report)).not.toContain('secret')
  })

  it('proves that the proxy is the one way out, and every other protection as ever', async () => {
    await using sandbox = await openWithHost(backend)
    const { receipt } = await sandbox.run('true')
    expect(receipt.items.filter(({ proved }) => !proved)).toEqual([])
    expect(receipt.items.find(({ item }) => item === 'network')?.evidence).toMatch(
      /^net:\[\d+\], interfaces: lo, way out: the proxy at 127\.0\.0\.1:3128 alone$/,
    )
  })

  it('gives each program a proxy of its own', async () => {
    await using sandbox = await openWithHost(backend)
    const urls = ['a', 'b', 'c'].map((name) => `http://127.0.0.1:${port}/${name}`)
    const runs = await Promise.all(urls.map((url) => sandbox.run(...ask(proxyPort, url))))
    expect(runs.map(({ network }) => network?.map(({ allowed }) => allowed))).toEqual([
      [1],
      [1],
      [1],
    ])
    expect(asked.toSorted()).toEqual(['GET /a', 'GET /b', 'GET /c'])
  })

  it('lets a command that is granted by exec reach the same', async () => {
    await using sandbox = await openWithHost(backend, {
      policy: {
        net: [{ host: '127.0.0.1', ports: [port] }],
        exec: [{ command: '/usr/bin/perl' }],
      },
    })
    const [, args] = ask(proxyPort, `http://127.0.0.1:${port}/`)
    expect((await sandbox.execute('/usr/bin/perl', args)).stdout).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('tells programs of the proxy, whatever the policy says of another', async () => {
    await using sandbox = await openWithHost(backend, {
      policy: {
        net: [{ host: '127.0.0.1', ports: [port] }],
        env: { HTTPS_PROXY: 'http://user:secret@proxy.example', NO_PROXY: 'localhost' },
      },
    })
    const { stdout } = await sandbox.run('env')
    expect(stdout.match(/^.*proxy=.*$/gim)?.toSorted()).toEqual([
      'ALL_PROXY=http://127.0.0.1:3128',
      'HTTPS_PROXY=http://127.0.0.1:3128',
      'HTTP_PROXY=http://127.0.0.1:3128',
      'NODE_USE_ENV_PROXY=1',
      'NO_PROXY=localhost',
      'all_proxy=http://127.0.0.1:3128',
      'http_proxy=http://127.0.0.1:3128',
      'https_proxy=http://127.0.0.1:3128',
      'no_proxy=',
    ])
  })

  it('brings authorities of its own to where programs look', async () => {
    const [certificate = ''] = rootCertificates
    const own = certificate.replaceAll('\n', '\r\n')
    await using sandbox = await openWithHost(backend, {
      network: { certificateAuthorities: [own] },
    })
    const script =
      'cat "$NODE_EXTRA_CA_CERTS"; tail -c 100000 "$SSL_CERT_FILE"; ls -l /etc/ssl/certs | tail -n 1; env | grep /run/authorities'
    const { stdout } = await sandbox.run('sh', ['-c', script])
    expect(stdout.startsWith(`${own}\n`)).toBe(true)
    expect(stdout.split(own).length).toBe(3)
    expect(stdout).toContain('ca-certificates.crt -> /run/authorities.pem')
    for (const name of ['SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO'])
      expect(stdout).toContain(`${name}=/run/authorities.pem\n`)
  })

  it('leaves no listener, no connection and no process', async () => {
    const before = openSockets()
    {
      await using sandbox = await openWithHost(backend)
      const url = `http://127.0.0.1:${port}/`
      const hanging = await sandbox.spawn('sh', [
        '-c',
        'perl -e "$0" "$@"; sleep 1000',
        asker,
        String(proxyPort),
        url,
      ])
      expect(await firstLine(hanging.stdout)).toBe('HTTP/1.1 200 OK\r')
    }
    await expect.poll(() => openSockets().difference(before)).toEqual(new Set())
  })

  it('ends with its host', async () => {
    const host = runHost(`
      import { openSandbox } from '@mb/sandbox'
      const policy = { net: [{ host: '127.0.0.1' }] }
      const sandbox = await openSandbox({ backend: ${JSON.stringify(backend)}, policy })
      const { pid } = await sandbox.spawn('sleep', ['1000'])
      console.log(pid)
    `)
    const pid = Number(await firstLine(host.stdout))
    expect(isRunning(pid)).toBe(true)
    host.kill('SIGKILL')
    await expect.poll(() => isRunning(pid), { timeout: 4000, interval: 20 }).toBe(false)
  })

  it('refuses at once what is no way out of this machine', async () => {
    const url = 'socks5://user:secret@proxy.example'
    await expect(openWithHost(backend, { network: { upstream: { url } } })).rejects.toMatchObject({
      code: 'MB_SANDBOX_UPSTREAM',
      message: expect.not.stringContaining('secret'),
    })
    await expect(
      openWithHost(backend, { network: { limits: { connections: -1 } } }),
    ).rejects.toThrow(RangeError)
  })

  it('starts nothing where the doorway cannot be opened, and says why', async () => {
    await using folder = await temporaryFolder()
    const builder = await findBuilder(backend)
    // The jail is built by what is right, and the doorway opened by what is not.
    const wrong = { ...builder.loader, kind: 'perl', options: ['-c', 'exit 3'] } as const
    const sh = { ...builder.loader.tool, path: '/bin/sh' }
    await using sandbox = await openJails(
      { ...builder, loader: { ...wrong, tool: sh } },
      { policy: { fs: { write: [folder.path] }, net: [{ host: 'a.example' }] }, minimum: [] },
      { launch: (launch) => ({ ...launch, loader: builder.loader }) },
    )
    const before = openSockets()
    await expect(sandbox.run('touch', [`${folder.path}/ran`])).rejects.toMatchObject({
      code: 'MB_SANDBOX_FAILED',
      message: 'Cannot open a way from the sandbox to its proxy: what opens it was ended',
    })
    expect(existsSync(`${folder.path}/ran`)).toBe(false)
    await expect.poll(() => openSockets().difference(before)).toEqual(new Set())
  })

  it('starts nothing once it is aborted', async () => {
    await using folder = await temporaryFolder()
    await using sandbox = await openWithHost(backend, {
      policy: { fs: { write: [folder.path] }, net: [{ host: 'a.example' }] },
    })
    const controller = new AbortController()
    const starting = sandbox.run('touch', [`${folder.path}/ran`], { signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(starting).rejects.toThrow('enough')
    expect(existsSync(`${folder.path}/ran`)).toBe(false)
  })

  it('works for an ordinary user', async () => {
    const url = `http://127.0.0.1:${port}/nobody`
    const said = await runAsNobody(`
      import { openSandbox } from '@mb/sandbox'
      const policy = { net: [{ host: '127.0.0.1', ports: [${port}] }] }
      await using sandbox = await openSandbox({ backend: ${JSON.stringify(backend)}, policy })
      const { stdout } = await sandbox.run(...${JSON.stringify(ask(proxyPort, url))})
      console.log(stdout)
    `)
    if (said === undefined) return
    expect(said).toMatch(/^HTTP\/1\.1 200 /)
    expect(asked).toEqual(['GET /nobody'])
  })
})

describe.runIf(isTestable('namespaces'))('the doorway', () => {
  it('is opened by python3 as well', async () => {
    const loader = findPythonLoader()
    if (loader === undefined) return
    const policy = { net: [{ host: '127.0.0.1', ports: [port] }] }
    await using sandbox = await openJails(await findNamespaces(loader), { policy })
    const { stdout, receipt } = await sandbox.run(
      ...ask(proxyPort, `http://127.0.0.1:${port}/python`),
    )
    expect(stdout).toMatch(/^HTTP\/1\.1 200 /)
    expect(receipt.items.filter(({ proved }) => !proved)).toEqual([])
  })
})

describe('a policy that allows connections', () => {
  it.each([
    [
      'landlock',
      'Landlock knows ports and no hosts, so that every host would be open on an allowed port',
    ],
    ['none', 'nothing confines the program, so that every host is open to it'],
  ] as const)('is refused by backend %s, which says why', async (backend, reason) => {
    const policy = { net: [{ host: '127.0.0.1' }] }
    await expect(openSandbox({ backend, policy, minimum: [] })).rejects.toMatchObject({
      code: 'MB_SANDBOX_NETWORK',
      outcome: 'refused',
      message: `Cannot allow connections by backend ${backend}: ${reason}`,
      hint: expect.stringContaining('bubblewrap'),
    })
  })
})

function runHost(script: string): ChildProcessByStdio<null, Readable, null> {
  return spawn(process.execPath, ['--conditions=@mb/source', '--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function firstLine(stream: Readable | null): Promise<string> {
  let text = ''
  for await (const chunk of stream ?? []) {
    text += String(chunk)
    if (text.includes('\n')) break
  }
  return text.split('\n')[0] ?? ''
}

/** The sockets of this process, by their numbers in the kernel. */
function openSockets(): ReadonlySet<string> {
  const open = readdirSync('/proc/self/fd').map((name) => linkOf(`/proc/self/fd/${name}`))
  return new Set(open.filter((target) => target.startsWith('socket:')))
}

/** The list of descriptors has that of the list itself, which is closed by then. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

async function openWithHost(
  backend: BackendName,
  options: Partial<SandboxOptions> = {},
): Promise<Sandbox> {
  const policy = { net: [{ host: '127.0.0.1', ports: [port] }] }
  return openSandbox({ backend, minimum: sandboxMinimum, policy, ...options })
}
