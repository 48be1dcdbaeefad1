import { existsSync } from 'node:fs'
import { openSandbox, type BackendName, type NetworkDecision } from '@mb/sandbox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isFull, minimumOf, onEachBackend, temporaryFolder } from '../engine.ts'
import { clients, undici, type Client } from './clients.ts'
import { openAllowedHost, type AllowedHost } from './servers/allowed-host.ts'
import { makeAuthority, type Authority } from './servers/authority.ts'
import { LenientProxy } from './world/lenient-proxy.ts'

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

/** Whether a client is installed; with `MB_REQUIRE_ENGINES=1` it has to be. */
function isThere(path = ''): boolean {
  const isFound = existsSync(path)
  if (!isFound) process.stderr.write(`Skipping what needs ${path}: there is none\n`)
  return isFound || process.env['MB_REQUIRE_ENGINES'] === '1'
}

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
