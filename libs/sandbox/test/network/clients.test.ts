import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openSandbox, type BackendName, type NetworkDecision } from '@mb/sandbox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isFull, minimumOf, onEachBackend, temporaryFolder } from '../engine.ts'
import { openAllowedHost, type AllowedHost } from './servers/allowed-host.ts'
import { makeAuthority, type Authority } from './servers/authority.ts'
import { LenientProxy } from './world/lenient-proxy.ts'

const undici = dirname(fileURLToPath(import.meta.resolve('undici')))
const resources = new AsyncDisposableStack()
const resolve = async (name: string): Promise<readonly string[]> =>
  name === 'allowed.test' ? ['127.0.0.1'] : []
let authority: Authority
let host: AllowedHost
let company: LenientProxy

beforeAll(async () => {
  const folder = resources.use(await temporaryFolder())
  authority = makeAuthority(folder.path, 'allowed.test')
  host = resources.use(await openAllowedHost(folder.path, authority))
  company = resources.use(await LenientProxy.open({ resolve, credentials: 'person:pass%word' }))
})

afterAll(() => resources.disposeAsync())

interface Client {
  readonly title: string
  /** Ends with 0 where it got what it asked `url` for. */
  readonly command: (url: string) => readonly string[]
  readonly answer?: string
  /** A file of what it is. @default its program */
  readonly needs?: string
}

const node = (code: string, url: string): readonly string[] => [
  process.execPath,
  '--input-type=module',
  '-e',
  `const url = process.argv[1]; ${code}`,
  url,
]
const python = (code: string, url: string): readonly string[] => [
  '/usr/bin/python3',
  '-c',
  `import sys; url = sys.argv[1]\n${code}`,
  url,
]
const module = (url: string): string => (url.startsWith('https') ? 'node:https' : 'node:http')

/** Whether a client is installed; with `MB_REQUIRE_ENGINES=1` it has to be. */
function isThere(path = ''): boolean {
  const isFound = existsSync(path)
  if (!isFound) process.stderr.write(`Skipping what needs ${path}: there is none\n`)
  return isFound || process.env['MB_REQUIRE_ENGINES'] === '1'
}

const clients: readonly Client[] = [
  { title: 'curl', command: (url) => ['/usr/bin/curl', '-sS', url] },
  {
    title: 'curl that sends',
    command: (url) => ['/usr/bin/curl', '-sS', '--data', 'twelve bytes', url],
    answer: 'POST / 12\n',
  },
  {
    title: 'fetch of Node',
    command: (url) => node('process.stdout.write(await (await fetch(url)).text())', url),
  },
  {
    title: 'http and https of Node',
    command: (url) =>
      node(
        `const { get } = await import(${JSON.stringify(module(url))}); get(url, (answer) => answer.pipe(process.stdout))`,
        url,
      ),
  },
  {
    title: 'undici of npm',
    command: (url) =>
      node(
        `const { request } = await import(${JSON.stringify(`${undici}/index.js`)}); process.stdout.write(await (await request(url)).body.text())`,
        url,
      ),
  },
  {
    title: 'urllib of Python',
    command: (url) =>
      python('import urllib.request as r; sys.stdout.write(r.urlopen(url).read().decode())', url),
  },
  {
    title: 'requests of Python',
    needs: '/usr/lib/python3/dist-packages/requests/__init__.py',
    command: (url) => python('import requests; sys.stdout.write(requests.get(url).text)', url),
  },
  {
    title: 'git that clones',
    command: (url) => [
      '/bin/sh',
      '-c',
      'git clone -q "$0project.git" /tmp/clone && cat /tmp/clone/text',
      url,
    ],
    answer: 'cloned\n',
  },
]

interface Way {
  readonly title: string
  readonly isByCompany: boolean
  readonly isSecure: boolean
}

const ways: readonly Way[] = [
  { title: 'with TLS', isByCompany: false, isSecure: true },
  { title: 'without TLS', isByCompany: false, isSecure: false },
  { title: "with TLS by the company's proxy", isByCompany: true, isSecure: true },
  { title: "without TLS by the company's proxy", isByCompany: true, isSecure: false },
]

onEachBackend('clients that know nothing of a sandbox', (backend) => {
  for (const way of ways)
    // Both backends hand the same connections to the same proxy.
    describe.runIf(isFull || way.isSecure === (backend === 'bubblewrap'))(`${way.title},`, () => {
      for (const { title, command, answer = 'GET / 0\n', needs = command('')[0] } of clients)
        it.runIf(isThere(needs))(
          `${title} reaches the host that is named`,
          async () => {
            const before = company.served.length
            const { code, stdout, stderr, decisions } = await runOnline(backend, way, command)
            expect({ code, stdout, stderr: code === 0 ? '' : stderr }).toEqual({
              code: 0,
              stdout: answer,
              stderr: '',
            })
            expect(company.served.length > before).toBe(way.isByCompany)
            expect(decisions.map(({ allowed }) => allowed)).not.toContain(false)
            expect(decisions.length).toBeGreaterThanOrEqual(2)
          },
          60_000,
        )
    })

  it('an authority that is not given is not trusted', async () => {
    const way = { isByCompany: false, isSecure: true }
    const curl = await runOnline(backend, { ...way, isTrusted: false }, (url) => [
      '/usr/bin/curl',
      '-sS',
      url,
    ])
    expect({ code: curl.code, stdout: curl.stdout }).toEqual({ code: 60, stdout: '' })
  }, 60_000)

  it('a host that is not named is refused to each of them, and the refusal is told', async () => {
    const way = { isByCompany: false, isSecure: true }
    const here = clients.filter(({ needs, command }) => isThere(needs ?? command('')[0]))
    const elsewhere = here.map(({ title, command }) =>
      runOnline(backend, way, () => command('https://elsewhere.test/')).then((run) => ({
        title,
        isRefused: run.code !== 0,
        decisions: run.decisions.map(({ host: name, allowed, reason }) => ({
          name,
          allowed,
          reason,
        })),
      })),
    )
    const refused = [{ name: 'elsewhere.test', allowed: false, reason: 'not-granted' }]
    for (const run of await Promise.all(elsewhere))
      expect({ ...run, decisions: run.decisions.slice(0, 1) }).toEqual({
        title: run.title,
        isRefused: true,
        decisions: refused,
      })
  }, 60_000)
})

async function runOnline(
  backend: BackendName,
  {
    isByCompany,
    isSecure,
    isTrusted = true,
  }: Omit<Way, 'title'> & { readonly isTrusted?: boolean },
  command: Client['command'],
): Promise<{
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  readonly decisions: readonly NetworkDecision[]
}> {
  const port = isSecure ? host.securePort : host.plainPort
  const decisions: NetworkDecision[] = []
  await using sandbox = await openSandbox({
    backend,
    minimum: minimumOf(backend),
    policy: {
      fs: { read: [process.execPath, undici] },
      // The server of the test is on loopback, which a name alone does not lead to.
      net: [
        { host: 'allowed.test', ports: [port] },
        { host: '127.0.0.1', ports: [port] },
      ],
    },
    limits: { wallMs: 50_000 },
    network: {
      resolve,
      onDecision: (decision) => decisions.push(decision),
      ...(isTrusted ? { certificateAuthorities: [authority.certificate] } : {}),
      ...(isByCompany
        ? { upstream: { url: `http://person:pass%25word@127.0.0.1:${company.port}` } }
        : {}),
    },
  })
  const [program = '', ...args] = command(`${isSecure ? 'https' : 'http'}://allowed.test:${port}/`)
  const { code, stdout, stderr } = await sandbox.run(program, args)
  return { code, stdout, stderr, decisions }
}
