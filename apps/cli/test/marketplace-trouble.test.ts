import { mkdir, readdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { makeToken } from '@mb/marketplace-protocol'
import { describe, expect, it } from 'vitest'
import { startFakeMarketplace, type Answers } from './fake-marketplace.ts'
import { listing } from './listing.ts'
import { ended, Place } from './mb.ts'
import { writePlugin } from './publisher.ts'

const hostile = '\u001b[2J\u001b[1;1HSAFE\u202e\u0007'
const keyId = 'a'.repeat(64)

const hit = {
  id: 'acme/notes',
  namespace: 'acme',
  name: 'notes',
  version: '1.0.0',
  description: hostile,
  author: hostile,
  keywords: [hostile],
  updatedAt: '2026-01-02T03:04:05.000Z',
  permissions: [{ words: hostile, risk: 'low' }],
  highestRisk: 'low',
  signedBy: keyId,
}

async function knowing(url: string): Promise<Place> {
  const place = await Place.open()
  const added = await place.mb(['marketplace', 'repositories', 'add', 'home', url])
  if (added.code !== 0) throw new Error(added.stderr)
  return place
}

describe('a marketplace in trouble', () => {
  it('that is not there ends with 5, and says which', async () => {
    await using fake = await startFakeMarketplace({})
    await using place = await knowing(fake.url)
    await fake[Symbol.asyncDispose]()
    const before = await listing(place.home)
    for (const args of [
      ['search', 'pdf'],
      ['info', 'acme/pdf'],
      ['install', 'acme/pdf', '--yes'],
    ]) {
      const { code, stdout, stderr } = await place.mb(['marketplace', ...args])
      expect({ code, stdout }).toEqual({ code: 5, stdout: '' })
      expect(stderr).toMatch(/\(MB_MARKETPLACE_UNREACHABLE\)\nhint {2}\S/)
    }
    expect(withoutCache(await listing(place.home))).toEqual(withoutCache(before))
  })

  it('is not asked where the settings switch all of them off', async () => {
    await using fake = await startFakeMarketplace({})
    await using place = await knowing(fake.url)
    const before = fake.asked.length
    const off = { MB_MARKETPLACE_ENABLED: 'false' }
    const { code, stderr } = await place.mb(['marketplace', 'search', 'pdf'], { env: off })
    expect({ code, asked: fake.asked.slice(before) }).toEqual({ code: 3, asked: [] })
    expect(stderr).toContain('MB_CLI_MARKETPLACES_OFF')
  })

  it.each([
    ['garbage', 'text/html', '<h1>hello</h1>'],
    ['no JSON', 'application/json', '{"query":'],
    ['JSON of something else', 'application/json', '{"hits": 3}'],
  ])('that answers %s ends with 5', async (_what, type, body) => {
    let isUp = false
    await using fake = await startFakeMarketplace((request, response) => {
      const isService = request.url === '/.well-known/mb.json' && !isUp
      const service = { protocol: 1, name: 'Fake', api: '/v1', maxPackageBytes: 1024 }
      response.writeHead(200, { 'content-type': isService ? 'application/json' : type })
      response.end(isService ? JSON.stringify(service) : body)
    })
    await using place = await knowing(fake.url)
    isUp = true
    const { code, stderr } = await place.mb(['marketplace', 'search', 'pdf'])
    expect(code).toBe(5)
    expect(stderr).toContain('(MB_MARKETPLACE_ANSWER)')
    const json = await place.mb(['marketplace', 'search', 'pdf', '--json'])
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, error: { exitCode: 5 } })
  })

  it('that nobody would take for one is not added', async () => {
    await using fake = await startFakeMarketplace({ '/.well-known/mb.json': { hello: 1 } })
    await using place = await Place.open()
    const closed = await unusedPort()
    for (const [url, exitCode] of [
      [fake.url, 5],
      [`http://127.0.0.1:${closed}`, 5],
      ['http://plugins.acme.example', 2],
      [['https://user:secret', 'plugins.acme.example'].join('@'), 2],
      ['ftp://plugins.acme.example', 2],
      ['not an address', 2],
    ] as const) {
      const add = ['marketplace', 'repositories', 'add', 'home', url]
      const { code, stdout, stderr } = await place.mb(add)
      expect({ url, code, stdout }).toEqual({ url, code: exitCode, stdout: '' })
      expect(stderr).toMatch(/\nhint {2}\S/)
      expect(stderr).not.toContain('secret')
    }
    const badName = ['marketplace', 'repositories', 'add', '../home', fake.url]
    expect(await place.mb(badName)).toMatchObject({ code: 2 })
    expect((await place.mb(['marketplace', 'repositories', 'list'])).stdout).toMatch(
      /^No marketplace is set up/,
    )
  })

  it('that is one of two does not hide what the other has', async () => {
    const result = { query: '', total: 1, hits: [{ ...hit, description: 'Prints', author: 'Ada' }] }
    await using down = await startFakeMarketplace({})
    await using up = await startFakeMarketplace({ '/v1/search': result })
    await using place = await knowing(down.url)
    await place.mb(['marketplace', 'repositories', 'add', 'other', up.url])
    await down[Symbol.asyncDispose]()
    const { code, stdout, stderr } = await place.mb(['marketplace', 'search'])
    expect(code).toBe(0)
    expect(stdout).toContain('acme/notes')
    expect(stderr).toMatch(
      /^warning marketplace home is missing here: .*\(MB_MARKETPLACE_UNREACHABLE\)/,
    )
    const json = await place.mb(['marketplace', 'search', '--json'])
    expect(JSON.parse(json.stdout)).toMatchObject({
      failures: [{ repository: 'home', code: 'MB_MARKETPLACE_UNREACHABLE' }],
    })
    const ambiguous = await place.mb(['marketplace', 'keys', 'list', 'acme'])
    expect(ambiguous.stderr).toContain('(MB_CLI_REPOSITORY)\nhint  Name one of home, other')
    expect(ambiguous.code).toBe(2)
  })

  it('writes nothing to the terminal but text', async () => {
    const answers: Answers = { '/v1/search': { query: '', total: 1, hits: [hit] } }
    await using fake = await startFakeMarketplace(answers)
    await using place = await knowing(fake.url)
    for (const json of [[], ['--json']]) {
      const { code, stdout, stderr } = await place.mb(['marketplace', 'search', ...json])
      expect(code).toBe(0)
      expect(stdout).toContain('SAFE')
      expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    }
  })

  it('gets no token that was stored for another address', async () => {
    const account = {
      account: 'ada',
      namespaces: ['acme'],
      token: { id: 't', createdAt: hit.updatedAt, expiresAt: '2036-01-02T03:04:05.000Z' },
    }
    await using first = await startFakeMarketplace({ '/v1/account': account })
    await using second = await startFakeMarketplace({ '/v1/account': account })
    await using place = await knowing(first.url)
    const login = ['marketplace', 'login', '--token-stdin']
    expect(await place.mb(login, { input: makeToken() })).toMatchObject({ code: 0 })
    expect(first.asked).toContain('GET /v1/account with a token')
    await place.mb(['marketplace', 'search'])
    await place.mb(['marketplace', 'repositories', 'remove', 'home'])
    await place.mb(['marketplace', 'repositories', 'add', 'home', second.url])
    const directory = await writePlugin(place)
    const publish = ['marketplace', 'publish', directory, '--namespace', 'acme']
    const { code, stderr } = await place.mb(publish)
    expect(stderr).toContain('(MB_CLI_LOGIN_NEEDED)')
    expect(code).toBe(3)
    expect(second.asked.filter((line) => line.endsWith('with a token'))).toEqual([])
  })
})

describe('interruption', () => {
  it.each([
    ['search', ['search', 'pdf']],
    ['install', ['install', 'acme/pdf', '--yes']],
  ])('%s ends with 130 while the marketplace takes its time', async (_name, args) => {
    let isSlow = false
    const asked = Promise.withResolvers<void>()
    await using fake = await startFakeMarketplace((_request, response) => {
      // Never answered.
      if (isSlow) {
        asked.resolve()
        return
      }
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end('{"protocol":1,"name":"Fake","api":"/v1","maxPackageBytes":1024}')
    })
    await using place = await knowing(fake.url)
    const before = await listing(place.home)
    isSlow = true
    const child = place.start(['marketplace', ...args])
    const run = ended(child)
    await asked.promise
    child.kill('SIGINT')
    const { code, stderr } = await run
    expect(code).toBe(130)
    expect(stderr).toContain('(MB_CLI_INTERRUPTED)')
    expect(withoutCache(await listing(place.home))).toEqual(withoutCache(before))
  })
})

describe('mb marketplace publish', () => {
  it('ends with 130 at Ctrl-C, and leaves no package behind', async () => {
    const asked = Promise.withResolvers<void>()
    await using fake = await startFakeMarketplace((request, response) => {
      if (request.method === 'POST') {
        asked.resolve()
        return
      }
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end('{"protocol":1,"name":"Fake","api":"/v1","maxPackageBytes":1000000}')
    })
    await using place = await knowing(fake.url)
    await place.mb(['sdk', 'keys', 'create'])
    const directory = await writePlugin(place)
    const temporary = join(place.root, 'tmp')
    await mkdir(temporary)
    const publish = ['marketplace', 'publish', directory, '--namespace', 'acme']
    const env = { TMPDIR: temporary, MB_MARKETPLACE_TOKEN: makeToken() }
    const child = place.start(publish, { env })
    const run = ended(child)
    await asked.promise
    expect(await readdir(temporary)).toHaveLength(1)
    child.kill('SIGINT')
    expect(await run).toMatchObject({ code: 130, stdout: '' })
    expect(await readdir(temporary)).toEqual([])
    expect(await readdir(directory)).toEqual(['dist', 'plugin.yaml'])
  })
})

/** What a cache keeps may be there or not. */
function withoutCache(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => !/ cache(?:\/|$| )/.test(line))
}

async function unusedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise((resolve) => {
    server.close(resolve)
  })
  if (address === null || typeof address === 'string') throw new TypeError('Cannot listen')
  return address.port
}
