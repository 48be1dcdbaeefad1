import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { routes, type VersionDetail } from '@mb/marketplace-protocol'
import { temporaryFolder } from '../../fixtures/served.ts'
import type { About, Store } from '../store.ts'
import { openSqliteStore } from './sqlite-store.ts'

async function opened(): Promise<AsyncDisposable & { readonly store: Store }> {
  const folder = await temporaryFolder()
  const store = openSqliteStore(join(folder.path, 'marketplace.db'))
  store.accounts.add({ name: 'ada', namespaces: ['acme', 'other'] }, new Date(0).toISOString())
  return {
    store,
    [Symbol.asyncDispose]: async () => {
      store[Symbol.dispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

let moment = 0

function put(
  store: Store,
  id: string,
  version = '1.0.0',
  parts: { readonly about?: Partial<About>; readonly detail?: Partial<VersionDetail> } = {},
): void {
  moment += 1000
  store.catalogue.goLive('none', {
    detail: {
      id,
      version,
      publishedAt: new Date(moment).toISOString(),
      archive: { form: 'zip', bytes: 10, sha256: 'a'.repeat(64) },
      digest: 'b'.repeat(64),
      keyId: 'c'.repeat(64),
      publicKey: 'PEM',
      statement: { payloadType: 'x', payload: 'AAAA', signatures: [{ keyid: '', sig: 'AAAA' }] },
      permissions: [],
      commands: [],
      runtime: 'node',
      scan: { verdict: 'pass', findings: [] },
      ...parts.detail,
    },
    about: { description: 'A plugin', author: 'Ada', keywords: [], ...parts.about },
  })
}

function found(store: Store, query: string): readonly string[] {
  return store.catalogue.search(query, { limit: 20, offset: 0 }).hits.map(({ id }) => id)
}

function permission(risk: 'low' | 'high', target: string): VersionDetail['permissions'][number] {
  return { kind: 'fs.read', target, words: `reads ${target}`, risk }
}

describe('search()', () => {
  it('puts the very name first, then names, then what is said in passing', async () => {
    await using at = await opened()
    put(at.store, 'acme/pdf-tools')
    put(at.store, 'acme/letters', '1.0.0', { about: { readme: 'Makes a pdf' } })
    put(at.store, 'acme/pdf')
    expect(found(at.store, 'pdf')).toEqual(['acme/pdf', 'acme/pdf-tools', 'acme/letters'])
    expect(found(at.store, 'ACME/PDF')[0]).toBe('acme/pdf')
  })

  it('finds beginnings, other forms of a word, and names of several parts', async () => {
    await using at = await opened()
    put(at.store, 'acme/release-notes', '1.0.0', { about: { description: 'Writing changelogs' } })
    for (const query of ['rel', 'release-notes', 'notes release', 'writes', 'changelog', 'acme'])
      expect([query, found(at.store, query)]).toEqual([query, ['acme/release-notes']])
    expect(found(at.store, 'elease')).toEqual([])
  })

  it('asks for all words, counts all hits, and shows a part of them', async () => {
    await using at = await opened()
    for (let number = 0; number < 30; number += 1) put(at.store, `acme/plugin-${number}`)
    expect(found(at.store, 'plugin missing')).toEqual([])
    const part = at.store.catalogue.search('plugin', { limit: 7, offset: 28 })
    expect([part.total, part.hits.length]).toEqual([30, 2])
    const all = at.store.catalogue.search('', { limit: 2, offset: 0 })
    expect([all.total, all.hits.map(({ id }) => id)]).toEqual([
      30,
      ['acme/plugin-29', 'acme/plugin-28'],
    ])
  })

  it.each([
    '"',
    '""',
    "'",
    '*',
    'a*',
    '^a',
    'NEAR(a b)',
    'a AND',
    'AND',
    'OR NOT',
    'name:a',
    '-a',
    '+',
    '(',
    '{a b}:c',
    '\u0000',
    'a\u0000b',
    '🦊',
    '%',
    '\\',
    'a"b',
    '—',
    'e\u0301',
    "'; DROP TABLE words; --",
  ])('takes %j as text', async (query) => {
    await using at = await opened()
    put(at.store, 'acme/pdf')
    expect(() => found(at.store, query)).not.toThrow()
    expect(found(at.store, 'pdf')).toEqual(['acme/pdf'])
  })

  it('takes words of the query language for words', async () => {
    await using at = await opened()
    put(at.store, 'acme/near', '1.0.0', { about: { description: 'near and or not' } })
    put(at.store, 'acme/far', '1.0.0', { about: { description: 'far away' } })
    expect(found(at.store, 'near AND or NOT')).toEqual(['acme/near'])
    expect(found(at.store, 'near NOT far')).toEqual([])
  })

  it('answers whatever is asked', async () => {
    await using at = await opened()
    put(at.store, 'acme/pdf')
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (query) => {
        routes.search.answer.parse(at.store.catalogue.search(query, { limit: 20, offset: 0 }))
      }),
    )
  })

  it('keeps a hundred hits within one answer, whatever their authors wrote', async () => {
    await using at = await opened()
    const permissions = Array.from({ length: 1000 }, () => ({
      kind: 'fs.read',
      target: 'x',
      words: '\u0800'.repeat(2000),
      risk: 'low' as const,
    }))
    const about = {
      description: '\u0800'.repeat(2000),
      author: '\u0800'.repeat(200),
      keywords: Array.from({ length: 64 }, (_, number) => `${number}${'\u0800'.repeat(78)}`),
    }
    for (let number = 0; number < 100; number += 1)
      put(at.store, `acme/p-${number}`, '1.0.0', { about, detail: { permissions } })
    const answer = at.store.catalogue.search('', { limit: 100, offset: 0 })
    expect(answer.hits).toHaveLength(100)
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(4 * 1024 * 1024)
  })
})

describe('goLive()', () => {
  it('shows a plugin by its newest version that is no pre-release', async () => {
    await using at = await opened()
    const latest = (): string | undefined => at.store.catalogue.plugin('acme/pdf')?.version
    put(at.store, 'acme/pdf', '2.0.0-beta.1')
    expect(latest()).toBe('2.0.0-beta.1')
    put(at.store, 'acme/pdf', '1.9.0')
    expect(latest()).toBe('1.9.0')
    put(at.store, 'acme/pdf', '2.0.0-beta.2')
    put(at.store, 'acme/pdf', '1.10.0', { about: { description: 'Newest' } })
    put(at.store, 'acme/pdf', '1.9.1', { about: { description: 'A fix of something old' } })
    expect(latest()).toBe('1.10.0')
    expect(found(at.store, 'newest')).toEqual(['acme/pdf'])
    expect(found(at.store, 'fix')).toEqual([])
    expect(at.store.catalogue.versions('acme/pdf')?.map(({ version }) => version)).toEqual([
      '2.0.0-beta.2',
      '2.0.0-beta.1',
      '1.10.0',
      '1.9.1',
      '1.9.0',
    ])
  })

  it('puts no version twice', async () => {
    await using at = await opened()
    put(at.store, 'acme/pdf')
    put(at.store, 'acme/pdf', '1.0.0', { about: { description: 'Other' } })
    expect(at.store.catalogue.plugin('acme/pdf')?.description).toBe('A plugin')
  })

  it('shows the gravest permissions first, and all of them with the plugin', async () => {
    await using at = await opened()
    const permissions = [permission('low', 'a'), permission('high', 'b')]
    put(at.store, 'acme/pdf', '1.0.0', { detail: { permissions } })
    const [hit] = at.store.catalogue.search('pdf', { limit: 1, offset: 0 }).hits
    expect(hit).toMatchObject({
      highestRisk: 'high',
      permissions: [
        { words: 'reads b', risk: 'high' },
        { words: 'reads a', risk: 'low' },
      ],
    })
  })
})

describe('versions()', () => {
  it('tells what each needs, and of one that was published before needs were told, nothing', async () => {
    await using at = await opened()
    const needs = {
      plugins: { 'acme/fonts': '^1.0.0' },
      optionalPlugins: { spell: '*' },
      engines: { node: '>=24' },
      platforms: ['linux'],
    }
    put(at.store, 'acme/pdf', '1.0.0')
    put(at.store, 'acme/pdf', '1.1.0', { detail: { needs } })
    const versions = at.store.catalogue.versions('acme/pdf') ?? []
    expect(versions.map((each) => [each.version, each.needs])).toEqual([
      ['1.1.0', needs],
      ['1.0.0', undefined],
    ])
  })
})
