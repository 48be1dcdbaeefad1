import type { VersionList } from '@mb/marketplace-protocol'
import { describe, expect, it } from 'vitest'
import { packageRepository } from './package-repository.ts'

const needs = {
  plugins: { 'acme/pdf': '^1.0.0' },
  optionalPlugins: {},
  engines: { node: '>=22' },
  platforms: [],
}
function made(digest: string, platforms: readonly string[] = []) {
  const publishedAt = `2026-01-0${digest}`
  return { platforms, publishedAt, bytes: 1, digest, keyId: `key ${digest}` }
}

async function none(): Promise<never> {
  throw new TypeError('It is not asked for this')
}

async function offersFor(platform: string, artefacts: readonly ReturnType<typeof made>[]) {
  const list: VersionList & { readonly repository: string } = {
    id: 'acme/notes',
    repository: 'tiny',
    versions: [{ version: '1.0.0', ...made('1'), needs, artefacts }],
  }
  const marketplace = {
    versions: async () => list,
    findId: none,
    find: none,
    download: none,
    confirm: none,
  }
  return packageRepository(marketplace, { platform }).offers('acme/notes')
}

describe('offers() of a version with several artefacts', () => {
  const artefacts = [made('1'), made('2', ['linux']), made('3', ['linux-x64'])]

  it.each([
    ['linux-x64', '3', ['linux-x64']],
    ['linux-arm64', '2', ['linux']],
    ['win32-x64', '1', []],
  ])('tells for %s of the one that is made for it', async (platform, digest, platforms) => {
    expect(await offersFor(platform, artefacts)).toEqual([
      {
        id: 'acme/notes',
        version: '1.0.0',
        repository: 'tiny',
        // What came later has to wait as long as any version.
        publishedAt: `2026-01-0${digest}`,
        ...needs,
        platforms,
        digest,
        keyId: `key ${digest}`,
        artefacts,
      },
    ])
  })

  it('tells for what they are when none is made for a platform', async () => {
    const [offer] = await offersFor('darwin-arm64', artefacts.slice(1))
    expect(offer?.platforms).toEqual(['linux', 'linux-x64'])
  })
})
