import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from '@mb/kernel'
import { generateSigningKey } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import { makeFolder, openTiny, startTiny } from '../fixtures/open-tiny.ts'
import { makeVersion } from '../fixtures/tiny-marketplace.ts'
import { openMarketplace } from '../open-marketplace.ts'
import { KnownKeys } from './known-keys.ts'

const [first, second, third] = [1, 2, 3].map(() => generateSigningKey())
if (first === undefined || second === undefined || third === undefined) throw new Error('no keys')

describe('find()', () => {
  it('refuses another key than the known one, until that is accepted', async () => {
    const { tiny, marketplace } = await openTiny()
    tiny.serve(makeVersion('acme/pdf', '1.0.0', first))
    await marketplace.confirm(await marketplace.find('acme/pdf'))
    // Also for another plugin: a key is that of the namespace.
    tiny.serve(makeVersion('acme/doc', '1.0.0', second), makeVersion('zeta/doc', '1.0.0', second))
    await expect(marketplace.find('acme/doc')).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_KEY_CHANGED',
      outcome: 'refused',
      message: `Cannot trust "acme" at marketplace "tiny": key ${second.keyId.slice(0, 16)} signs for it, and was never seen before`,
      details: { keyId: second.keyId, knownKeys: [first.keyId] },
    })
    // The control: nothing is known of this namespace.
    expect(await marketplace.find('zeta/doc')).toMatchObject({ publicKeyKnown: false })
    await expect(marketplace.find('acme/doc', { acceptKey: third.keyId })).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_KEY_CHANGED',
    })

    const accepted = await marketplace.find('acme/doc', { acceptKey: second.keyId })
    expect(accepted).toMatchObject({ publicKeyKnown: false, knownKeys: [first.keyId] })
    // Nothing is known by having been looked at.
    await expect(marketplace.find('acme/doc')).rejects.toMatchObject({
      code: 'MB_MARKETPLACE_KEY_CHANGED',
    })
    await marketplace.confirm(accepted)
    for (const spec of ['acme/doc', 'acme/pdf'])
      expect(await marketplace.find(spec)).toMatchObject({ publicKeyKnown: true })
  })

  it('knows a key at the address where it was seen', async () => {
    const { tiny, marketplace, folder } = await openTiny()
    const other = await startTiny()
    tiny.serve(makeVersion('acme/pdf', '1.0.0', first))
    other.serve(makeVersion('acme/pdf', '1.0.0', second))
    await marketplace.confirm(await marketplace.find('acme/pdf'))
    const moved = openMarketplace({
      repositories: [{ name: 'tiny', url: other.url }],
      cacheDirectory: join(folder, 'cache'),
    })
    expect(await moved.find('acme/pdf')).toMatchObject({ publicKeyKnown: false, knownKeys: [] })
  })
})

describe('confirm()', () => {
  it('lets one of two first keys be the first', async () => {
    const { tiny, marketplace } = await openTiny()
    tiny.serve(makeVersion('acme/pdf', '1.0.0', first), makeVersion('acme/doc', '1.0.0', second))
    const found = [await marketplace.find('acme/pdf'), await marketplace.find('acme/doc')]
    const outcomes = await Promise.allSettled(found.map((each) => marketplace.confirm(each)))
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(outcomes.find((each) => each.status === 'rejected')).toMatchObject({
      reason: { code: 'MB_MARKETPLACE_KEY_CHANGED' },
    })
  })

  it('of the same first key by many at once succeeds for all', async () => {
    const { tiny, marketplace } = await openTiny()
    tiny.serve(makeVersion('acme/pdf', '1.0.0', first))
    const found = await marketplace.find('acme/pdf')
    await Promise.all(Array.from({ length: 8 }, () => marketplace.confirm(found)))
    expect(await marketplace.find('acme/pdf')).toMatchObject({ knownKeys: [first.keyId] })
  })

  it('loses no key of two that were accepted at once', async () => {
    const { tiny, marketplace } = await openTiny()
    tiny.serve(makeVersion('acme/a', '1.0.0', first))
    await marketplace.confirm(await marketplace.find('acme/a'))
    tiny.serve(makeVersion('acme/b', '1.0.0', second), makeVersion('acme/c', '1.0.0', third))
    const two = await marketplace.find('acme/b', { acceptKey: second.keyId })
    await marketplace.confirm(two)
    const three = await marketplace.find('acme/c', { acceptKey: third.keyId })
    await marketplace.confirm(three)
    expect((await marketplace.find('acme/a')).knownKeys).toEqual(
      [first.keyId, second.keyId, third.keyId].toSorted(),
    )
  })
})

describe('KnownKeys', () => {
  it('keeps what only its owner can read, and leaves nothing half made', async () => {
    const folder = await makeFolder()
    const keys = new KnownKeys(folder, 'https://plugins.example')
    expect(await keys.list('acme')).toEqual([])
    expect(await keys.addFirst('acme', first)).toBe(true)
    expect(await keys.addFirst('acme', second)).toBe(false)
    expect(await keys.list('acme')).toEqual([first.keyId])
    const site = join(folder, sha256('https://plugins.example'))
    expect(await readdir(site)).toEqual(['acme'])
    expect((await stat(site)).mode & 0o777).toBe(0o700)
    expect((await stat(join(site, 'acme', first.keyId))).mode & 0o777).toBe(0o600)
  })

  it('does not take what cannot be read for nothing known', async () => {
    const folder = await makeFolder()
    const keys = new KnownKeys(folder, 'https://plugins.example')
    await mkdir(join(folder, sha256('https://plugins.example')))
    await writeFile(join(folder, sha256('https://plugins.example'), 'acme'), 'a file')
    await expect(keys.list('acme')).rejects.toMatchObject({ code: 'ENOTDIR' })
  })
})
