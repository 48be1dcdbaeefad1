import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { inspect } from 'node:util'
import { join } from 'node:path'
import type { LogData, Logger } from '@mb/kernel'
import { generateSigningKey } from '@mb/manifest'
import { makeToken } from '@mb/marketplace-protocol'
import { describe, expect, it } from 'vitest'
import { openTiny, startTiny } from './fixtures/open-tiny.ts'
import { failure, makeVersion } from './fixtures/tiny-marketplace.ts'
import type { Marketplace } from './marketplace.ts'
import { openMarketplace } from './open-marketplace.ts'

const id = 'acme/pdf'

describe('a token', () => {
  it('is sent where one is needed, and nowhere else', async () => {
    const { tiny, marketplace, folder } = await openTiny()
    tiny.token = makeToken()
    tiny.states = ['received', 'live']
    tiny.serve(makeVersion(id, '1.0.0'))
    await everything(marketplace, folder)
    const withToken = tiny.asked.filter(({ headers }) => headers.authorization !== undefined)
    expect([
      ...new Set(withToken.map(({ path }) => path.replaceAll(/[0-9a-f]{64}/g, '…'))),
    ]).toEqual([
      '/v1/account',
      '/v1/plugins/acme/packages',
      '/v1/publishes/p1',
      '/v1/validate',
      '/v1/namespaces/acme/keys',
      '/v1/namespaces/acme/keys/…',
      '/v1/account/token',
    ])
    for (const { headers } of withToken) expect(headers.authorization).toBe(`Bearer ${tiny.token}`)
  })

  it('is in no address, message, log, property or file, whatever the marketplace answers', async () => {
    const said: string[] = []
    const write = (message: string, data?: LogData) => said.push(message, inspect(data))
    const logger: Logger = { debug: write, info: write, warn: write, error: write }
    const { tiny, marketplace, folder } = await openTiny({ logger })
    tiny.token = makeToken()
    tiny.serve(makeVersion(id, '1.0.0'))
    await everything(marketplace, folder)
    const answers: readonly (typeof tiny.answer)[] = [
      (_, response) => {
        failure(response, 'unauthorized')
        return true
      },
      (request, response) => {
        // A marketplace that repeats what it was sent.
        response.writeHead(400, { 'content-type': 'application/problem+json' }).end(
          JSON.stringify({
            type: 'urn:milkbottle:problem:bad-request',
            title: 'x',
            status: 400,
            code: 'bad-request',
            detail: `No: ${request.headers.authorization}`,
            hint: `Send ${request.headers.authorization}`,
          }),
        )
        return true
      },
      ({ socket }) => {
        socket.destroy()
        return true
      },
      (_, response) => {
        response.writeHead(302, { location: '/elsewhere' }).end()
        return true
      },
    ]
    for (const answer of answers) {
      tiny.answer = answer
      await expect(everything(marketplace, folder)).rejects.toThrow('Cannot')
      const error: unknown = await marketplace.whoami('tiny').catch((thrown: unknown) => thrown)
      said.push(inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error))
    }
    for (const name of await readdir(folder, { recursive: true })) {
      const file = join(folder, name)
      if ((await stat(file)).isFile()) said.push(await readFile(file, 'latin1'))
    }
    said.push(...tiny.asked.map(({ path }) => path))
    const secret = tiny.token.slice(4)
    expect(said.filter((text) => text.includes(secret))).toEqual([])
    // The control: what is not secret is found by the same search.
    expect(said.some((text) => text.includes('acme'))).toBe(true)
  })

  it('does not follow where the marketplace leads', async () => {
    const elsewhere = await startTiny()
    const { tiny, marketplace } = await openTiny()
    tiny.token = makeToken()
    tiny.answer = (request, response) => {
      if (request.url === '/moved') return false
      const to = request.url === '/v1/account' ? '/moved' : `${elsewhere.url}/x`
      response.writeHead(302, { location: to }).end()
      return true
    }
    await expect(marketplace.whoami('tiny')).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_NOT_FOUND',
    })
    expect(tiny.asked.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ['/v1/account', `Bearer ${tiny.token}`],
      ['/moved', undefined],
    ])
    await expect(marketplace.info(id)).rejects.toMatchObject({ code: 'MB_MARKETPLACE_REDIRECT' })
    expect(elsewhere.asked).toEqual([])
  })

  it('is asked for by marketplace, so that none gets that of another', async () => {
    const [one, two] = [await startTiny(), await startTiny()]
    one.token = makeToken()
    two.token = makeToken()
    const marketplace = openMarketplace({
      repositories: [
        { name: 'one', url: one.url },
        { name: 'two', url: two.url },
      ],
      cacheDirectory: '/nowhere',
      token: async ({ url }) => (url === one.url ? one.token : two.token),
    })
    await marketplace.whoami('one')
    await marketplace.whoami('two')
    expect(one.asked[0]?.headers.authorization).toBe(`Bearer ${one.token}`)
    expect(two.asked[0]?.headers.authorization).toBe(`Bearer ${two.token}`)
  })

  it.each([
    ['', 'there is no token for it'],
    ['mbp_a\r\nx-evil: 1', 'what is kept as its token is none'],
    ['mbp_ä', 'what is kept as its token is none'],
  ])('%j is not sent', async (token, is) => {
    const { tiny, marketplace } = await openTiny({ token: async () => token })
    await expect(marketplace.whoami('tiny')).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_UNAUTHORIZED',
      outcome: 'refused',
      message: `Cannot do this at marketplace "tiny": ${is}`,
    })
    expect(tiny.asked).toEqual([])
  })

  it.each([
    ['unauthorized', 'MB_MARKETPLACE_UNAUTHORIZED'],
    ['token-expired', 'MB_MARKETPLACE_TOKEN_EXPIRED'],
    ['forbidden', 'MB_MARKETPLACE_FORBIDDEN'],
  ] as const)('that is %s is told, and not tried again', async (code, expected) => {
    const { tiny, marketplace } = await openTiny()
    tiny.token = makeToken()
    tiny.answer = (_, response) => {
      failure(response, code)
      return true
    }
    await expect(marketplace.whoami('tiny')).rejects.toMatchObject({
      code: expected,
      outcome: 'refused',
      message: `Cannot do this at marketplace "tiny": This is ${code}`,
      details: { problem: code, status: code === 'forbidden' ? 403 : 401 },
    })
    expect(tiny.asked.length).toBe(1)
  })
})

async function everything(marketplace: Marketplace, folder: string): Promise<void> {
  const key = generateSigningKey()
  const file = join(folder, 'pdf.zip')
  await writeFile(file, 'PK')
  await marketplace.whoami('tiny')
  await marketplace.search('pdf')
  await marketplace.info(id)
  const found = await marketplace.find(id)
  await marketplace.download(found, folder)
  await marketplace.confirm(found)
  await marketplace.keys('tiny', 'acme')
  await marketplace.publish(file, { namespace: 'acme', repository: 'tiny' })
  await marketplace.validate(file, { repository: 'tiny' })
  await marketplace.enrolKey('tiny', 'acme', key).catch((error: unknown) => {
    // The tiny one enrols no key, and says so by naming another.
    if (!(error instanceof Error) || !/form of|another key/.test(error.message)) throw error
  })
  await marketplace.removeKey('tiny', 'acme', key.keyId)
  await marketplace.revokeToken('tiny')
}
