import { chmod, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateSigningKey } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import type { ConsentRequest } from '../consent/consent.ts'
import { expectWhole } from '../fixtures/expect-whole.ts'
import { folderRepository } from '../fixtures/folder-repository.ts'
import { listing } from '../fixtures/listing.ts'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import { openPluginHost, type PluginHost } from '../host.ts'

const key = generateSigningKey()

/** Two machines: on the first, a signed plugin with words of its own and an unsigned one that is switched off. */
async function machines(root: string): Promise<{
  readonly here: PluginHost
  readonly there: PluginHost
  readonly home: string
  readonly asked: ConsentRequest[]
  readonly file: string
}> {
  const asked: ConsentRequest[] = []
  const home = join(root, 'there')
  const here = await openPluginHost({ home: join(root, 'here'), consent: async () => true })
  const there = await openPluginHost({
    home,
    consent: async (request) => {
      asked.push(request)
      return true
    },
  })
  const notes = await writePlugin(join(root, 'notes'), {
    key,
    manifest: { permissions: { net: [{ host: 'api.acme.example' }] } },
  })
  await here.install(notes, { namespace: 'acme', words: { notes: 'jot' } })
  const other = { manifest: { name: 'other', commands: [] } }
  await here.install(await writePlugin(join(root, 'other'), other))
  await here.disable('other')
  return { here, there, home, asked, file: join(root, 'plugins.json') }
}

describe('export() and import()', () => {
  it('take all plugins to a machine without a network: files, words and switches, and no grant', async () => {
    await using folder = await temporaryFolder()
    const { here, there, home, asked, file } = await machines(folder.path)
    const packages = join(folder.path, 'plugins.packages')
    const exported = await here.export(file, { withPackages: true })
    expect(exported).toMatchObject({ file, packages, linked: [] })
    expect(exported.plugins.map(({ id, archive }) => [id, archive])).toEqual([
      ['acme/notes', 'plugins.packages/acme-notes-1.0.0.tar.gz'],
      ['local/other', 'plugins.packages/local-other-1.0.0.tar.gz'],
    ])
    expect(await readFile(file, 'utf8')).not.toMatch(/grant|permission|acme\.example/)
    expect([(await stat(file)).mode & 0o777, (await stat(packages)).mode & 0o777]).toEqual([
      0o600, 0o700,
    ])
    // Moved together, and nothing else of the first machine is left.
    const stick = join(folder.path, 'stick')
    await mkdir(stick)
    for (const name of ['plugins.json', 'plugins.packages'])
      await rename(join(folder.path, name), join(stick, name))
    for (const name of ['notes', 'other']) await rm(join(folder.path, name), { recursive: true })
    const before = here.list()
    await rm(join(folder.path, 'here'), { recursive: true })
    const { plugins } = await there.import(join(stick, 'plugins.json'))
    expect(plugins.map(({ id, state }) => [id, state])).toEqual([
      ['acme/notes', 'installed'],
      ['local/other', 'installed'],
    ])
    expect(asked.map(({ id }) => id)).toEqual(['acme/notes', 'local/other'])
    expect(there.list()).toEqual(
      before.map((plugin) => ({
        ...plugin,
        installedAt: expect.any(String),
        directory: plugin.directory.replace(join(folder.path, 'here'), home),
        ...(plugin.name === 'other'
          ? { source: join(stick, 'plugins.packages/local-other-1.0.0.tar.gz') }
          : {}),
      })),
    )
    expect(asked.map(({ warnings }) => warnings)).toEqual([
      [expect.stringContaining('It comes in the archive')],
      expect.not.arrayContaining([expect.stringContaining('It comes in the archive')]),
    ])
    expect(new Set(there.history().map(({ change }) => change)).size).toBe(1)
    await expectWhole(home)
    expect((await there.import(join(stick, 'plugins.json'))).installed).toEqual([])
    expect(asked).toHaveLength(2)
  })

  it('says in a dry run what it would do, and leaves what is newer', async () => {
    await using folder = await temporaryFolder()
    const { here, there, home, file } = await machines(folder.path)
    await here.export(file)
    const newer = { name: 'other', version: '2.0.0', commands: [] }
    await there.install(await writePlugin(join(folder.path, 'newer'), { manifest: newer }))
    const before = await listing(home)
    const { plugins } = await there.import(file, { dryRun: true })
    expect(plugins).toEqual([
      { id: 'acme/notes', version: '1.0.0', from: join(folder.path, 'notes'), state: 'installed' },
      { id: 'local/other', version: '1.0.0', from: join(folder.path, 'other'), state: 'newer' },
    ])
    expect(await listing(home)).toEqual(before)
    await there.import(file)
    expect(there.list().map(({ id, version }) => `${id} ${version}`)).toEqual([
      'acme/notes 1.0.0',
      'local/other 2.0.0',
    ])
    await expectWhole(home)
  })

  it('asks a marketplace for what came from one, and for that very package', async () => {
    await using folder = await temporaryFolder()
    const [first, second] = [join(folder.path, 'first'), join(folder.path, 'second')]
    const source = await writePlugin(join(folder.path, 'notes'), { key })
    const repository = await folderRepository(source)
    const here = await openPluginHost({ home: first, consent: async () => true })
    await here.installFrom(repository, 'acme/notes')
    const file = join(folder.path, 'plugins.json')
    await here.export(file)
    const there = await openPluginHost({ home: second, consent: async () => true })
    await expect(there.import(file)).rejects.toMatchObject({
      code: 'MB_PLUGIN_SET_INVALID',
      hint: 'Export again with --with-packages, so that its archive comes along',
    })
    const other = await writePlugin(join(folder.path, 'other'), { key, files: { 'a.txt': 'a' } })
    const swapped = await folderRepository(other)
    await expect(there.import(file, { repository: swapped })).rejects.toMatchObject({
      code: 'MB_PLUGIN_NOT_AS_PROMISED',
    })
    expect(await listing(second)).toEqual([])
    await there.import(file, { repository })
    expect(there.get('acme/notes').source).toBe('marketplace:town/acme/notes')
    await expectWhole(second)
  })

  it('refuse what was changed on the way, and install nothing of the rest', async () => {
    await using folder = await temporaryFolder()
    const { here, there, home, file } = await machines(folder.path)
    await here.export(file, { withPackages: true })
    const text = await readFile(file, 'utf8')
    const { digest } = here.get('other')
    const evil = await writePlugin(join(folder.path, 'evil'), {
      key: 'none',
      manifest: { name: 'other', commands: [] },
      files: { 'dist/index.mjs': 'evil()' },
    })
    const evilHome = await openPluginHost({
      home: join(folder.path, 'evil-home'),
      consent: async () => true,
    })
    await evilHome.install(evil)
    const evilFile = join(folder.path, 'evil.json')
    await evilHome.export(evilFile, { withPackages: true })
    const archive = 'plugins.packages/local-other-1.0.0.tar.gz'
    for (const [changed, code] of [
      [
        text.replace(archive, 'evil.packages/local-other-1.0.0.tar.gz'),
        'MB_PLUGIN_NOT_AS_PROMISED',
      ],
      [text.replace(digest, '0'.repeat(64)), 'MB_PLUGIN_NOT_AS_PROMISED'],
      [text.replace(archive, '../../../etc/passwd'), 'MB_PLUGIN_SET_INVALID'],
      [text.replace(archive, 'link.tar.gz'), 'MB_PLUGIN_SET_INVALID'],
      [text.replace(archive, 'nothing.tar.gz'), 'MB_PLUGIN_SET_INVALID'],
      [text.replace('"local/other"', '"../../etc"'), 'MB_PLUGIN_SET_INVALID'],
      [text.replace('"local/other"', '"acme/notes"'), 'MB_PLUGIN_SET_INVALID'],
      [text.replace('"local/other"', '"local/another"'), 'MB_PLUGIN_NOT_AS_PROMISED'],
      [text.replaceAll('"1.0.0"', '"../1.0.0"'), 'MB_PLUGIN_SET_INVALID'],
      [text.replace('"version": 1,', '"version": 2,'), 'MB_PLUGIN_SET_INVALID'],
      [text.replace('"enabled": false', '"enabled": false, "grant": {}'), 'MB_PLUGIN_SET_INVALID'],
      [text.slice(1), 'MB_PLUGIN_SET_INVALID'],
      ['[]'.padEnd(5_000_000), 'MB_PLUGIN_SET_INVALID'],
    ] as const) {
      await rm(join(folder.path, 'link.tar.gz'), { force: true })
      await symlink('/etc/hostname', join(folder.path, 'link.tar.gz'))
      expect(changed).not.toBe(text)
      await writeFile(file, changed)
      await expect(there.import(file)).rejects.toMatchObject({ code })
      expect(await listing(home)).toEqual([])
    }
    await writeFile(file, text)
    await there.import(file)
    expect(there.list()).toHaveLength(2)
  })

  it('let nothing in under a grant for another place, whatever a file says that it came from', async () => {
    await using folder = await temporaryFolder()
    const permissions = { permissions: { net: [{ host: 'api.acme.example' }] } }
    const written = async (name: string, version: string): Promise<string> =>
      await writePlugin(join(folder.path, name), { manifest: { version, ...permissions } })
    const mine = await written('mine', '1.0.0')
    let asked = 0
    const home = join(folder.path, 'home')
    const host = await openPluginHost({
      home,
      consent: async () => {
        asked += 1
        return asked === 1
      },
    })
    await host.install(mine)
    const stranger = await openPluginHost({
      home: join(folder.path, 'stranger'),
      consent: async () => true,
    })
    const theirs = await written('theirs', '1.0.1')
    await stranger.install(theirs)
    const file = join(folder.path, 'plugins.json')
    await stranger.export(file, { withPackages: true })
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace(JSON.stringify(theirs), JSON.stringify(mine)))
    await expect(host.import(file)).rejects.toMatchObject({ code: 'MB_PLUGIN_CONSENT_DENIED' })
    expect([asked, host.get('notes').version]).toEqual([2, '1.0.0'])
    // The control: from that very place, nobody is asked.
    await host.install(await written('mine', '1.0.1'))
    expect([asked, host.get('notes').version]).toEqual([2, '1.0.1'])
    await expectWhole(home)
  })

  it('refuse to overwrite, and to pack what was changed since it was verified', async () => {
    await using folder = await temporaryFolder()
    const { here, file } = await machines(folder.path)
    await here.export(file)
    await expect(here.export(file)).rejects.toMatchObject({ code: 'MB_PLUGIN_SET_EXISTS' })
    const again = { withPackages: true, force: true }
    await here.export(file, again)
    await here.export(file, again)
    const mine = join(folder.path, 'plugins.packages/mine.txt')
    await writeFile(mine, 'mine')
    await expect(here.export(file, again)).rejects.toMatchObject({ code: 'MB_PLUGIN_SET_EXISTS' })
    expect(await readFile(mine, 'utf8')).toBe('mine')
    await rm(mine)
    const entry = join(here.get('other').directory, 'dist/index.mjs')
    await chmod(entry, 0o644)
    await writeFile(entry, 'evil()')
    await expect(here.export(file, { withPackages: true, force: true })).rejects.toMatchObject({
      code: 'MB_PLUGIN_TAMPERED',
    })
  })
})
