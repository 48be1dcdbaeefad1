import { describe, expect, it } from 'vitest'
import { routes, wireLimits } from '@mb/marketplace-protocol'
import { pluginPackage } from '../fixtures/plugin-package.ts'
import { Served } from '../fixtures/served.ts'
import type { Described } from './describe-package.ts'
import { whyNotThisVersion, whyTooMuch } from './why-refused.ts'

const described: Described = {
  version: {
    id: 'acme/notes',
    version: '1.0.0',
    archive: { form: 'zip' },
    digest: 'b'.repeat(64),
    keyId: 'c'.repeat(64),
    publicKey: 'PEM',
    statement: { payloadType: 'x', payload: 'AAAA', signatures: [{ keyid: '', sig: 'AAAA' }] },
    permissions: [],
    commands: [],
    runtime: 'node',
  },
  about: { description: 'A plugin', author: 'Ada', keywords: [] },
  likeness: 'd'.repeat(64),
  warnings: [],
}

describe('whyTooMuch()', () => {
  it('lets through what fits', () => {
    expect(whyTooMuch(described)).toBeUndefined()
  })

  it('refuses more permissions, and longer ones, than an answer holds', () => {
    const permission = { kind: 'fs.read', target: 'x', words: '\u0800'.repeat(2000), risk: 'low' }
    const asking = (count: number, words = permission.words): Described => {
      const permissions = Array.from({ length: count }, () => ({
        ...permission,
        words,
        risk: 'low' as const,
      }))
      return { ...described, version: { ...described.version, permissions } }
    }
    expect(whyTooMuch(asking(1000, 'short'))).toBeUndefined()
    expect(whyTooMuch(asking(1025, 'short'))?.message).toContain('permissions')
    expect(whyTooMuch(asking(200))?.message).toContain('what it says of itself is too long')
  })
})

describe('whyNotThisVersion()', () => {
  it('lets nobody have more versions than an answer lists', () => {
    const versions = Array.from({ length: wireLimits.versions }, (_, number) => ({
      version: `1.0.${number}`,
      publishedAt: '',
      bytes: 1,
      digest: '',
      keyId: '',
    }))
    const catalogue = { versions: () => versions, artefacts: () => [] }
    const refusal = whyNotThisVersion(described, 'a', catalogue)
    expect(refusal?.code).toBe('version-conflict')
    const others = { ...catalogue, versions: () => versions.slice(1) }
    expect(whyNotThisVersion(described, 'a', others)).toBeUndefined()
  })
})

function labels(mark: string): string[] {
  return Array.from({ length: 64 }, (_, number) => `${mark}${number}`.padEnd(80, 'x'))
}

describe('a package with as much in it as may be', () => {
  it('goes live, and can be read by the contract', async () => {
    await using served = await Served.start()
    const paths = Array.from({ length: 60 }, (_, number) => ({
      path: `\${workspace}/${number}/${'x'.repeat(900)}`,
      reason: 'r'.repeat(500),
    }))
    const bytes = await pluginPackage({
      key: served.key,
      files: { 'README.md': '\u0001'.repeat(256 * 1024) },
      manifest: {
        description: 'd'.repeat(2000),
        keywords: labels('k'),
        capabilities: labels('c'),
        permissions: { fs: { read: paths } },
      },
    })
    expect(await served.publish(bytes)).toMatchObject({ state: 'live' })
    const detail = await served.get('/v1/plugins/acme/notes', routes.plugin.answer)
    expect([detail.keywords.length, detail.permissions.length]).toEqual([64, 60])
    await served.get('/v1/plugins/acme/notes/versions/1.0.0', routes.version.answer)
    const found = await served.get('/v1/search?q=notes', routes.search.answer)
    expect(found.hits[0]?.permissions).toHaveLength(16)
    expect((await served.ask('/plugins/acme/notes')).status).toBe(200)
  })
})
