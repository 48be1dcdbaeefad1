import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateSigningKey } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import type { ConsentRequest } from '../consent/consent.ts'
import { expectWhole } from '../fixtures/expect-whole.ts'
import { listing } from '../fixtures/listing.ts'
import { temporaryFolder } from '../fixtures/plugin-folder.ts'
import {
  shelfRepository,
  type ShelfPlugin,
  type ShelfRepository,
} from '../fixtures/shelf-repository.ts'
import { openPluginHost, type PluginHost } from '../host.ts'
import { parseLockfile } from './read-lockfile.ts'

const key = generateSigningKey()

const first: readonly ShelfPlugin[] = [
  ['acme/pdf@1.0.0', { plugins: { 'acme/fonts': '^1.0.0' }, permissions: { env: ['LANG'] } }],
  ['acme/fonts@1.2.0'],
  ['acme/spell@3.0.0'],
]
const later: readonly ShelfPlugin[] = [
  ...first,
  ['acme/pdf@1.1.0', { plugins: { 'acme/fonts': '^1.0.0' }, permissions: { env: ['LANG'] } }],
  ['acme/fonts@1.3.0'],
]

interface World extends AsyncDisposable {
  readonly root: string
  readonly lockfile: string
  readonly requests: ConsentRequest[]
  /** A host in a folder of the project, in the home of one machine or another. */
  readonly open: (folder?: string, machine?: string) => Promise<PluginHost>
  readonly shelf: (plugins: readonly ShelfPlugin[]) => Promise<ShelfRepository>
  readonly require: (folder: string, required: Readonly<Record<string, string>>) => Promise<void>
}

async function world(): Promise<World> {
  const folder = await temporaryFolder()
  const root = join(folder.path, 'project')
  await mkdir(join(root, '.git'), { recursive: true })
  const requests: ConsentRequest[] = []
  let shelves = 0
  return {
    root,
    lockfile: join(root, 'milkbottle.lock'),
    requests,
    open: async (inside = '.', machine = 'home') =>
      await openPluginHost({
        home: join(folder.path, machine),
        workspace: join(root, inside),
        consent: async (request) => {
          requests.push(request)
          return true
        },
      }),
    shelf: async (plugins) => {
      shelves += 1
      return await shelfRepository(join(folder.path, `shelf-${shelves}`), { key, plugins })
    },
    require: async (inside, required) => {
      await mkdir(join(root, inside), { recursive: true })
      await writeFile(
        join(root, inside, 'milkbottle.yaml'),
        JSON.stringify({ plugins: { required } }),
      )
    },
    [Symbol.asyncDispose]: async () => await folder[Symbol.asyncDispose](),
  }
}

async function versionsIn(lockfile: string): Promise<readonly string[]> {
  const { plugins } = parseLockfile(await readFile(lockfile, 'utf8'), lockfile)
  return Object.entries(plugins).map(([id, { version }]) => `${id}@${version}`)
}

function installedIn(host: PluginHost): readonly string[] {
  return host.list().map(({ id, version, wantedBy }) => `${id}@${version} for ${wantedBy}`)
}

/** Changes a lockfile as whoever may write to the project could. */
async function forge(lockfile: string, from: string | RegExp, to: string): Promise<void> {
  const text = await readFile(lockfile, 'utf8')
  const forged = text.replace(from, to)
  expect(forged).not.toBe(text)
  await writeFile(lockfile, forged)
}

async function locked(there: World): Promise<ShelfRepository> {
  await there.require('.', { 'acme/pdf': '^1.0.0' })
  const repository = await there.shelf(first)
  await (await there.open()).installProject({ repository })
  return repository
}

/** Expects a refusal on a machine that has nothing yet, and that nothing is changed. */
async function assertRefused(
  there: World,
  repository: ShelfRepository,
  refusal: Readonly<Record<string, unknown>>,
): Promise<void> {
  const host = await there.open('.', 'fresh')
  const text = await readFile(there.lockfile, 'utf8').catch(() => 'none')
  const home = join(there.root, '../fresh')
  const before = await listing(home)
  await expect(host.installProject({ repository, frozen: true })).rejects.toMatchObject(refusal)
  expect(await listing(home)).toEqual(before)
  expect(await readFile(there.lockfile, 'utf8').catch(() => 'none')).toBe(text)
}

describe('installProject()', () => {
  it('installs what is required with what that needs, and pins it all', async () => {
    await using there = await world()
    await there.require('.', { 'acme/pdf': '^1.0.0' })
    const repository = await there.shelf(first)
    const host = await there.open()
    const done = await host.installProject({ repository })
    expect(done.plugins.map(({ id }) => id)).toEqual(['acme/fonts', 'acme/pdf'])
    expect(installedIn(host)).toEqual(['acme/fonts@1.2.0 for plugin', 'acme/pdf@1.0.0 for person'])
    expect(there.requests.map(({ id }) => id)).toEqual(['acme/fonts', 'acme/pdf'])
    const [offer] = await repository.offers('acme/pdf', {})
    const lock = parseLockfile(await readFile(there.lockfile, 'utf8'), there.lockfile)
    expect(lock.sets).toEqual({ '.': { 'acme/pdf': '^1.0.0' } })
    expect(lock.plugins['acme/pdf']).toEqual({
      version: '1.0.0',
      repository: 'town',
      digest: offer?.digest,
      keyId: key.keyId,
      permissions: expect.objectContaining({ env: [{ name: 'LANG' }] }),
      optionalPermissions: expect.objectContaining({ env: [] }),
      permissionsHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      plugins: { 'acme/fonts': '^1.0.0' },
      optionalPlugins: {},
    })
    await expectWhole(join(there.root, '../home'))
  })

  it('stays at the versions of the lockfile on another machine, whatever came out since', async () => {
    await using there = await world()
    await there.require('.', { pdf: '^1.0.0' })
    await (await there.open()).installProject({ repository: await there.shelf(first) })
    const text = await readFile(there.lockfile, 'utf8')
    const other = await there.open('.', 'other')
    await other.installProject({ repository: await there.shelf(later) })
    expect(installedIn(other)).toEqual(['acme/fonts@1.2.0 for plugin', 'acme/pdf@1.0.0 for person'])
    expect(await readFile(there.lockfile, 'utf8')).toBe(text)
    expect(
      (await other.installProject({ repository: await there.shelf(later) })).installed,
    ).toEqual([])
  })

  it('pins what is required newly and leaves the rest where it is', async () => {
    await using there = await world()
    await there.require('.', { 'acme/pdf': '^1.0.0' })
    const host = await there.open()
    await host.installProject({ repository: await there.shelf(first) })
    await there.require('.', { 'acme/pdf': '^1.0.0', 'acme/spell': '*' })
    await host.installProject({ repository: await there.shelf(later) })
    expect(await versionsIn(there.lockfile)).toEqual([
      'acme/fonts@1.2.0',
      'acme/pdf@1.0.0',
      'acme/spell@3.0.0',
    ])
  })

  it('has one lockfile at the root of a monorepo, and a set for each of its folders', async () => {
    await using there = await world()
    await there.require('packages/site', { 'acme/pdf': '^1.0.0' })
    await there.require('packages/tool', { 'acme/spell': '^3.0.0' })
    const repository = await there.shelf(first)
    await (await there.open('packages/site')).installProject({ repository })
    const tool = await there.open('packages/tool', 'other')
    await tool.installProject({ repository })
    expect(installedIn(tool)).toEqual(['acme/spell@3.0.0 for person'])
    const lock = parseLockfile(await readFile(there.lockfile, 'utf8'), there.lockfile)
    expect(lock.sets).toEqual({
      'packages/site': { 'acme/pdf': '^1.0.0' },
      'packages/tool': { 'acme/spell': '^3.0.0' },
    })
    expect(Object.keys(lock.plugins)).toEqual(['acme/fonts', 'acme/pdf', 'acme/spell'])
  })

  it('says how a plugin comes to be required where none is', async () => {
    await using there = await world()
    await expect((await there.open()).installProject()).rejects.toMatchObject({
      code: 'MB_LOCKFILE_MISSING',
      message: `Cannot find what "${there.root}" requires: it requires no plugin`,
      hint: 'Name a plugin to install, with --save; or write it into milkbottle.yaml under plugins.required',
    })
  })

  it('refuses what is no range, with its place', async () => {
    await using there = await world()
    await there.require('.', { 'acme/pdf': 'banana' })
    await expect((await there.open()).installProject()).rejects.toMatchObject({
      code: 'MB_CONFIG_VALUE',
      message: expect.stringContaining('"banana" of "acme/pdf" is no range of versions'),
      hint: 'Write a version, or a range such as ^1.2.0',
    })
  })

  describe('frozen', () => {
    it('installs just what is pinned, without asking which versions there are', async () => {
      await using there = await world()
      await locked(there)
      const repository = await there.shelf(later)
      const host = await there.open('.', 'fresh')
      await host.installProject({ repository, frozen: true })
      expect(installedIn(host)).toEqual([
        'acme/fonts@1.2.0 for plugin',
        'acme/pdf@1.0.0 for person',
      ])
      expect(repository.asked.toSorted()).toEqual(['find acme/fonts@1.2.0', 'find acme/pdf@1.0.0'])
      const again = await host.installProject({ frozen: true })
      expect([again.installed, again.plugins.length]).toEqual([[], 2])
    })

    it('refuses when the project requires other than was locked', async () => {
      await using there = await world()
      const repository = await locked(there)
      await there.require('.', { 'acme/pdf': '^2.0.0' })
      await assertRefused(there, repository, {
        code: 'MB_LOCKFILE_OUTDATED',
        message: `Cannot install frozen: "${there.lockfile}" does not fit: "acme/pdf" is required ^2.0.0, and locked ^1.0.0`,
      })
      await there.require('.', {})
      await assertRefused(there, repository, {
        message: `Cannot install frozen: "${there.lockfile}" does not fit: "acme/pdf" is required not at all, and locked ^1.0.0`,
      })
      await there.require('.', { 'acme/pdf': '^1.0.0' })
      await rm(there.lockfile)
      await assertRefused(there, repository, { code: 'MB_LOCKFILE_MISSING' })
    })

    it('refuses other content under a pinned version, frozen or not', async () => {
      await using there = await world()
      await locked(there)
      const changed = await there.shelf(
        first.map(([spec, manifest]) => [spec, { ...manifest, description: 'Changed since' }]),
      )
      await assertRefused(there, changed, {
        code: 'MB_LOCKFILE_MISMATCH',
        details: { id: 'acme/fonts', what: 'content' },
      })
      const host = await there.open('.', 'fresh')
      await expect(host.installProject({ repository: changed })).rejects.toMatchObject({
        code: 'MB_LOCKFILE_MISMATCH',
      })
    })

    it.each([
      ['key', /"keyId": "[0-9a-f]{4}/, '"keyId": "0000', { what: 'signer' }],
      ['repository', '"repository": "town"', '"repository": "mall"', { what: 'repository' }],
      ['digest', /"digest": "[0-9a-f]{4}/, '"digest": "0000', { what: 'content' }],
    ])('trusts no %s for standing in a lockfile', async (_, from, to, details) => {
      await using there = await world()
      const repository = await locked(there)
      await forge(there.lockfile, from, to)
      await assertRefused(there, repository, { code: 'MB_LOCKFILE_MISMATCH', details })
    })

    it('grants nothing for standing in a lockfile: everything is asked about, as it is in the package', async () => {
      await using there = await world()
      const repository = await locked(there)
      // The one who asks for less in the lockfile than in the package has a hash that is not that of what it asks for.
      await forge(there.lockfile, /"env": \[[^\]]*\]/, '"env": []')
      await assertRefused(there, repository, { code: 'MB_LOCKFILE_INVALID' })
    })

    it('refuses a lockfile that hides what a plugin needs', async () => {
      await using there = await world()
      const repository = await locked(there)
      await forge(
        there.lockfile,
        /"plugins": \{\s*"acme\/fonts": "\^1\.0\.0"\s*\}/,
        '"plugins": {}',
      )
      await assertRefused(there, repository, {
        code: 'MB_LOCKFILE_MISMATCH',
        details: { id: 'acme/pdf', what: 'dependencies' },
      })
    })

    it('asks the person about each plugin all the same', async () => {
      await using there = await world()
      const repository = await locked(there)
      there.requests.splice(0)
      await (await there.open('.', 'fresh')).installProject({ repository, frozen: true })
      expect(there.requests.map(({ id }) => id)).toEqual(['acme/fonts', 'acme/pdf'])
    })
  })
})

describe('lockProject()', () => {
  it('writes the lockfile and installs nothing', async () => {
    await using there = await world()
    await there.require('.', { 'acme/pdf': '^1.0.0' })
    const host = await there.open()
    const { before, after } = await host.lockProject({ repository: await there.shelf(first) })
    expect(before).toBeUndefined()
    expect(Object.keys(after.plugins)).toEqual(['acme/fonts', 'acme/pdf'])
    expect(await versionsIn(there.lockfile)).toEqual(['acme/fonts@1.2.0', 'acme/pdf@1.0.0'])
    expect([host.list(), there.requests]).toEqual([[], []])
  })

  it('says what newer versions would be locked, and writes nothing when it is dry', async () => {
    await using there = await world()
    await there.require('.', { 'acme/pdf': '^1.0.0' })
    const host = await there.open()
    await host.lockProject({ repository: await there.shelf(first) })
    const text = await readFile(there.lockfile, 'utf8')
    const repository = await there.shelf(later)
    const { after } = await host.lockProject({ repository, update: true, dryRun: true })
    expect(after.plugins['acme/pdf']?.version).toBe('1.1.0')
    expect(await readFile(there.lockfile, 'utf8')).toBe(text)
    await host.lockProject({ repository, update: true })
    expect(await versionsIn(there.lockfile)).toEqual(['acme/fonts@1.3.0', 'acme/pdf@1.1.0'])
  })
})
