import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateSigningKey, readPublicKey, thisPlatform } from '@mb/manifest'
import { enrolmentText, makeToken } from '@mb/marketplace-protocol'
import { createPublicKey, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { makeFolder, openTiny, startTiny } from './fixtures/open-tiny.ts'
import { failure, makeVersion } from './fixtures/tiny-marketplace.ts'
import { openMarketplace } from './open-marketplace.ts'
import { packageRepository } from './package-repository.ts'

describe('openMarketplace()', () => {
  it('finds the newest version, downloads it and remembers its key', async () => {
    const { tiny, marketplace, folder } = await openTiny()
    const key = generateSigningKey()
    const [old, next, early] = ['1.9.0', '1.10.0', '2.0.0-beta.1'].map((version) =>
      makeVersion('acme/pdf', version, key),
    )
    if (old === undefined || next === undefined || early === undefined) throw new Error('none')
    tiny.serve(old, next, early)

    const found = await marketplace.find('acme/pdf')
    expect(found).toEqual({
      ...next.detail,
      // As it was signed; the marketplace said that it asks for nothing.
      permissions: [
        {
          kind: 'env',
          target: 'LANG',
          words: 'Read the environment variable LANG',
          risk: 'high',
        },
      ],
      repository: 'tiny',
      platform: thisPlatform(),
      publicKeyKnown: false,
      knownKeys: [],
    })
    const file = await marketplace.download(found, folder)
    expect(file).toBe(join(folder, 'acme-pdf-1.10.0.zip'))
    expect((await readFile(file)).equals(next.archive)).toBe(true)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readdir(join(folder, 'cache', 'partial'))).toEqual([])

    await marketplace.confirm(found)
    expect((await marketplace.find('acme/pdf@^1.0.0 <1.10')).version).toBe('1.9.0')
    expect(await marketplace.find('acme/pdf@2.0.0-beta.1')).toMatchObject({
      version: '2.0.0-beta.1',
      publicKeyKnown: true,
      knownKeys: [key.keyId],
    })
  })

  it('finds a plugin by its bare name, and asks which when there are two', async () => {
    const { tiny, marketplace } = await openTiny()
    tiny.serve(makeVersion('acme/pdf', '1.0.0'), makeVersion('acme/pdf-tools', '1.0.0'))
    expect((await marketplace.find('pdf')).id).toBe('acme/pdf')
    tiny.serve(makeVersion('zeta/pdf', '1.0.0'))
    await expect(marketplace.find('pdf')).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_AMBIGUOUS',
      outcome: 'usage',
      hint: 'Write one of acme/pdf, zeta/pdf',
    })
    await expect(marketplace.find('doc')).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_NOT_FOUND',
      outcome: 'not-found',
    })
  })

  it('finds a plugin that hides behind many of nearly its name', async () => {
    const { tiny, marketplace } = await openTiny()
    const key = generateSigningKey()
    const crowd = Array.from({ length: 150 }, (_, at) => `evil/pdf-${at}`)
    tiny.serve(...crowd.map((id) => makeVersion(id, '1.0.0', key, { bytes: 1 })))
    tiny.serve(makeVersion('evil/pdf', '1.0.0'), makeVersion('acme/pdf', '1.0.0'))
    await expect(marketplace.find('pdf')).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_AMBIGUOUS',
      details: { ids: ['acme/pdf', 'evil/pdf'] },
    })
    const more = Array.from({ length: 400 }, (_, at) => `evil/a-pdf-${at}`)
    tiny.serve(...more.map((id) => makeVersion(id, '1.0.0', key, { bytes: 1 })))
    await expect(marketplace.find('pdf')).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_AMBIGUOUS',
      message: 'Cannot find "pdf": more than 500 plugins of marketplace "tiny" are like it',
    })
  })

  it('asks one question after the other on one connection', async () => {
    const { tiny, marketplace, folder } = await openTiny()
    tiny.serve(makeVersion('acme/pdf', '1.0.0'))
    for (let round = 0; round < 3; round += 1)
      await marketplace.download(await marketplace.find('acme/pdf'), folder)
    expect([tiny.asked.length, tiny.connections]).toEqual([9, 1])
  })

  it('tells a version that is not there from a plugin that is not', async () => {
    const { tiny, marketplace } = await openTiny()
    tiny.serve(makeVersion('acme/pdf', '1.0.0'))
    await expect(marketplace.find('acme/pdf@^2.0.0')).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_NOT_FOUND',
      message:
        'Cannot find acme/pdf: marketplace "tiny" has no version of it in the range "^2.0.0"',
      hint: 'It has 1.0.0',
    })
    await expect(marketplace.find('acme/doc')).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_NOT_FOUND',
      message: 'Cannot find acme/doc: it is not at marketplace "tiny"',
    })
  })

  it('tells of a plugin, its versions, the keys and the service', async () => {
    const { tiny, marketplace } = await openTiny()
    const { detail } = makeVersion('acme/pdf', '1.0.0')
    tiny.serve({ detail, archive: Buffer.alloc(0) })
    const info = await marketplace.info('acme/pdf')
    expect([info.id, info.marketplace, info.version]).toEqual(['acme/pdf', 'tiny', '1.0.0'])
    expect(await marketplace.versions('Acme/PDF')).toEqual({
      id: 'acme/pdf',
      repository: 'tiny',
      versions: [
        {
          version: '1.0.0',
          publishedAt: detail.publishedAt,
          bytes: detail.archive.bytes,
          digest: detail.digest,
          keyId: detail.keyId,
        },
      ],
    })
    expect(await marketplace.keys('tiny', 'acme')).toEqual({ namespace: 'acme', keys: [] })
    expect(await marketplace.service('tiny')).toEqual({
      protocol: 1,
      name: 'Tiny',
      api: '/v1',
      maxPackageBytes: 1_000_000,
    })
  })

  it('enrols a key by a proof that holds for this marketplace alone', async () => {
    const { tiny, marketplace } = await openTiny({
      clock: { now: () => Date.parse('2026-01-31T12:00:00Z'), monotonic: () => 0 },
    })
    tiny.token = makeToken()
    const key = generateSigningKey()
    tiny.keyId = key.keyId
    await marketplace.enrolKey('tiny', 'acme', key)
    const sent: unknown = JSON.parse(tiny.asked.at(-1)?.body.toString() ?? '')
    expect(sent).toEqual({
      publicKey: key.publicKey,
      issuedAt: '2026-01-31T12:00:00.000Z',
      proof: expect.any(String),
    })
    const proof = sent !== null && typeof sent === 'object' && 'proof' in sent ? sent.proof : ''
    const text = enrolmentText({
      origin: tiny.url,
      namespace: 'acme',
      keyId: readPublicKey(key.publicKey).keyId,
      issuedAt: '2026-01-31T12:00:00.000Z',
    })
    const signature = Buffer.from(String(proof), 'base64')
    expect(verify(null, Buffer.from(text), createPublicKey(key.publicKey), signature)).toBe(true)
    expect(JSON.stringify(sent)).not.toContain('PRIVATE')
  })

  it('removes keys and tokens', async () => {
    const { tiny, marketplace } = await openTiny()
    tiny.token = makeToken()
    await marketplace.removeKey('tiny', 'acme', 'ab'.repeat(32))
    await marketplace.revokeToken('tiny')
    expect(tiny.paths).toEqual([
      `DELETE /v1/namespaces/acme/keys/${'ab'.repeat(32)}`,
      'DELETE /v1/account/token',
    ])
    await expect(marketplace.removeKey('tiny', 'acme', '../..')).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_NOT_FOUND',
    })
  })

  it('writes and asks nothing when it is opened', async () => {
    const folder = await makeFolder()
    openMarketplace({
      repositories: [{ name: 'none', url: 'https://127.0.0.1:1' }],
      cacheDirectory: join(folder, 'cache'),
    })
    expect(await readdir(folder)).toEqual([])
  })
})

describe('several marketplaces', () => {
  it('are asked by priority, and the first that has a plugin serves it', async () => {
    const [one, two, folder] = [await startTiny(), await startTiny(), await makeFolder()]
    one.serve(makeVersion('acme/pdf', '1.0.0'))
    two.serve(makeVersion('acme/pdf', '9.0.0'), makeVersion('acme/doc', '1.0.0'))
    const marketplace = openMarketplace({
      repositories: [
        { name: 'two', url: two.url },
        { name: 'one', url: one.url, priority: 10 },
      ],
      cacheDirectory: folder,
    })
    expect(await marketplace.find('acme/pdf')).toMatchObject({
      repository: 'one',
      version: '1.0.0',
    })
    expect(await marketplace.find('acme/doc')).toMatchObject({ repository: 'two' })
    // A version that the first does not have is not looked for where anybody might offer it.
    for (const spec of ['acme/pdf@9.0.0', 'acme/pdf@^9'])
      await expect(marketplace.find(spec)).rejects.toMatchObject({
        code: 'MB_MARKETPLACE_NOT_FOUND',
        message: expect.stringContaining('marketplace "one" has no version of it'),
        hint: 'It has 1.0.0',
      })
    const { hits, total } = await marketplace.search('')
    expect(hits.map(({ id, repository, version }) => [id, repository, version])).toEqual([
      ['acme/pdf', 'one', '1.0.0'],
      ['acme/doc', 'two', '1.0.0'],
    ])
    expect(total).toBe(2)
  })

  it('are never passed over because they do not answer', async () => {
    const [one, two, folder] = [await startTiny(), await startTiny(), await makeFolder()]
    two.serve(makeVersion('acme/pdf', '9.0.0'))
    one.answer = (_, response) => {
      failure(response, 'busy')
      return true
    }
    const marketplace = openMarketplace({
      repositories: [
        { name: 'one', url: one.url, priority: 10 },
        { name: 'two', url: two.url },
      ],
      cacheDirectory: folder,
      random: () => 0,
    })
    await expect(marketplace.find('acme/pdf')).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_UNREACHABLE',
    })
    await expect(marketplace.find('pdf')).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_UNREACHABLE',
    })
    // Looking is not installing: what the others have is shown, with what is missing.
    const { hits, failures } = await marketplace.search('pdf')
    expect(hits.map(({ id }) => id)).toEqual(['acme/pdf'])
    expect(failures.map(({ repository, error }) => [repository, error.code])).toEqual([
      ['one', 'MB_MARKETPLACE_UNREACHABLE'],
    ])
    two.answer = one.answer
    await expect(marketplace.search('pdf')).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_UNREACHABLE',
      message: expect.stringContaining('"one"'),
    })
  })

  it('serve only the namespaces that they are for, and those from nowhere else', async () => {
    const [company, open, folder] = [await startTiny(), await startTiny(), await makeFolder()]
    company.serve(makeVersion('acme/pdf', '1.0.0'), makeVersion('other/doc', '1.0.0'))
    // Somebody took the company's name where anybody can.
    open.serve(makeVersion('acme/secret-tool', '99.0.0'), makeVersion('other/doc', '2.0.0'))
    const marketplace = openMarketplace({
      repositories: [
        { name: 'company', url: company.url, priority: 1, namespaces: ['acme'] },
        { name: 'open', url: open.url },
      ],
      cacheDirectory: folder,
    })
    expect(await marketplace.find('other/doc')).toMatchObject({ repository: 'open' })
    for (const spec of ['acme/secret-tool', 'secret-tool'])
      await expect(marketplace.find(spec)).rejects.toMatchObject({
        code: 'MB_MARKETPLACE_NOT_FOUND',
      })
    const { hits } = await marketplace.search('')
    expect(hits.map(({ id, repository }) => [id, repository])).toEqual([
      ['acme/pdf', 'company'],
      ['other/doc', 'open'],
    ])
  })
})

describe('packageRepository()', () => {
  it('is what a plugin host installs from', async () => {
    const { tiny, marketplace, folder } = await openTiny()
    const served = makeVersion('acme/pdf', '1.0.0')
    tiny.serve(served)
    const { detail } = served
    const found = await packageRepository(marketplace).find('acme/pdf@1', {})
    expect(found).toEqual({
      id: 'acme/pdf',
      version: '1.0.0',
      repository: 'tiny',
      digest: detail.digest,
      keyId: detail.keyId,
      publicKey: detail.publicKey,
      isKeyKnown: false,
      fetch: expect.any(Function),
      confirm: expect.any(Function),
    })
    const seen: number[] = []
    const file = await found.fetch(folder, { onProgress: ({ bytes }) => seen.push(bytes) })
    expect((await readFile(file)).equals(served.archive)).toBe(true)
    expect([seen[0], seen.at(-1)]).toEqual([0, served.archive.length])
    await found.confirm()
    expect((await packageRepository(marketplace).find('acme/pdf')).isKeyKnown).toBe(true)
  })
})

describe('packageRepository().offers()', () => {
  it('tells what each version needs, or that the marketplace does not tell it', async () => {
    const { tiny, marketplace } = await openTiny()
    const needs = {
      plugins: { 'acme/fonts': '^1.0.0' },
      optionalPlugins: { spell: '*' },
      engines: { node: '>=24' },
      platforms: ['linux'],
    }
    const [old, next] = [makeVersion('acme/pdf', '1.0.0'), makeVersion('acme/pdf', '1.1.0')]
    tiny.serve(old, { ...next, detail: { ...next.detail, needs } })
    const nothing = { plugins: {}, optionalPlugins: {}, engines: {}, platforms: [] }
    const shared = { id: 'acme/pdf', repository: 'tiny', publishedAt: old.detail.publishedAt }
    const expected = [
      {
        ...shared,
        version: '1.0.0',
        ...nothing,
        isUntold: true,
        digest: old.detail.digest,
        keyId: old.detail.keyId,
      },
      {
        ...shared,
        version: '1.1.0',
        ...needs,
        digest: next.detail.digest,
        keyId: next.detail.keyId,
      },
    ]
    const repository = packageRepository(marketplace)
    expect(await repository.offers('acme/pdf')).toEqual(expected)
    expect(await repository.offers('pdf')).toEqual(expected)
    expect(await repository.offers('acme/none')).toEqual([])
    expect(await repository.offers('none')).toEqual([])
  })

  it.each([
    ['a range that is far too long', { plugins: { 'acme/fonts': '1'.repeat(300) } }],
    ['a plugin that is none', { plugins: { '../fonts': '*' } }],
    [
      'more plugins than anybody needs',
      { plugins: Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`acme/p${at}`, '*'])) },
    ],
  ])('refuses an answer with %s', async (_, lie) => {
    const { tiny, marketplace } = await openTiny()
    const served = makeVersion('acme/pdf', '1.0.0')
    const none = { plugins: {}, optionalPlugins: {}, engines: {}, platforms: [] }
    const needs = { ...none, ...lie }
    tiny.serve({ ...served, detail: { ...served.detail, needs } })
    await expect(packageRepository(marketplace).offers('acme/pdf')).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_ANSWER',
    })
  })
})

describe('names', () => {
  it.each([
    '../../etc/passwd',
    'acme/..',
    'acme/pdf/x',
    'acme/p%2e',
    'acme/p\u0000df',
    'аcme/pdf',
    `acme/${'p'.repeat(300)}`,
    '',
    'acme/pdf@',
    'acme/pdf@not-a-range!',
    `acme/pdf@${'1'.repeat(600)}`,
  ])('%j is refused before anything is asked', async (spec) => {
    const { tiny, marketplace } = await openTiny()
    await expect(marketplace.find(spec)).rejects.toMatchObject({
      code: expect.stringMatching(/^MB_(?:NAME_INVALID|MARKETPLACE_SPEC)$/),
      outcome: 'usage',
    })
    expect(tiny.asked).toEqual([])
  })

  it('of a marketplace that is not set up are told with the nearest', async () => {
    const { marketplace, folder } = await openTiny()
    const file = join(folder, 'x.zip')
    await writeFile(file, 'x')
    await expect(
      marketplace.publish(file, { namespace: 'acme', repository: 'tinny' }),
    ).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_REPOSITORY',
      message: 'Cannot ask marketplace "tinny": it is not set up',
      hint: 'Did you mean "tiny"?',
    })
  })
})
