import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateSigningKey, readDigestTree } from '@mb/manifest'
import { inspectBackends } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import type { ConsentRequest } from '../consent/consent.ts'
import { expectWhole } from '../fixtures/expect-whole.ts'
import { listing } from '../fixtures/listing.ts'
import { temporaryFolder, writePlugin, type PluginFolder } from '../fixtures/plugin-folder.ts'
import { openPluginHost, type PluginHost } from '../host.ts'
import { homeLayout } from '../store/home-layout.ts'
import { prepareRun } from './prepare-run.ts'

const mustRun = process.env['MB_REQUIRE_ENGINES'] === '1'
const isUsable = (await inspectBackends({ isFirstEnough: true })).some(({ usable }) => usable)

interface World {
  readonly home: string
  readonly folder: string
  readonly asked: ConsentRequest[]
  readonly open: () => Promise<PluginHost>
  readonly write: (plugin?: PluginFolder) => Promise<string>
}

function world(root: string): World {
  const [home, folder] = [join(root, 'home'), join(root, 'development')]
  const asked: ConsentRequest[] = []
  return {
    home,
    folder,
    asked,
    open: () =>
      openPluginHost({
        home,
        workspace: root,
        consent: async (request) => {
          asked.push(request)
          return true
        },
      }),
    write: (plugin) => writePlugin(folder, plugin),
  }
}

describe('install() of a folder that is linked', () => {
  it('remembers the folder, copies nothing of it, and uninstalls without touching it', async () => {
    await using root = await temporaryFolder()
    const { home, folder, open, write } = world(root.path)
    await write()
    const before = await listing(folder)
    const host = await open()
    const linked = await host.install('./development', { link: true })
    expect(linked).toMatchObject({
      id: 'local/notes',
      link: folder,
      directory: folder,
      source: folder,
      signature: { status: 'unsigned' },
    })
    expect(host.list()).toEqual([linked])
    expect(host.history('notes')).toMatchObject([{ action: 'link', to: '1.0.0', reason: folder }])
    expect(existsSync(join(home, 'plugins', 'local'))).toBe(false)
    await host.uninstall('notes', { purge: true })
    expect(host.list()).toEqual([])
    expect(await listing(folder)).toEqual(before)
  })

  it('believes no signature that lies in the folder: its files change', async () => {
    await using root = await temporaryFolder()
    const { asked, open, write } = world(root.path)
    await write({ key: generateSigningKey() })
    const host = await open()
    await host.install('./development', { link: true })
    expect(asked).toMatchObject([{ signature: { status: 'unsigned' } }])
  })

  it('runs as it is now, and asks again once it asks for more', async () => {
    await using root = await temporaryFolder()
    const { home, folder, asked, open, write } = world(root.path)
    const layout = homeLayout(home)
    await write({ manifest: { permissions: { env: ['HOME'] } } })
    const host = await open()
    await host.install('./development', { link: true })
    const first = await prepareRun('notes', layout)
    expect(first).toMatchObject({
      directory: folder,
      digest: (await readDigestTree(folder)).digest,
      permissions: { env: [{ name: 'HOME' }] },
    })

    // Other code and another version are the developer's own business.
    await write({
      manifest: { permissions: { env: ['HOME'] }, version: '1.0.1' },
      files: { 'dist/more.mjs': '' },
    })
    const second = await prepareRun('notes', layout)
    expect(second.manifest.version).toBe('1.0.1')
    expect(second.digest).not.toBe(first.digest)

    await write({ manifest: { permissions: { env: ['HOME', 'TOKEN'] }, version: '1.0.1' } })
    await expect(prepareRun('notes', layout)).rejects.toMatchObject({
      code: 'MB_PLUGIN_CONSENT_NEEDED',
      message: 'Cannot run "local/notes" from its folder: it asks for more than you agreed to',
    })
    await host.approve('notes')
    expect(asked.map(({ added }) => added.length)).toEqual([1, 1])
    expect((await prepareRun('notes', layout)).permissions.env).toEqual([
      { name: 'HOME' },
      { name: 'TOKEN' },
    ])

    // Asking for less gets less.
    await write()
    expect((await prepareRun('notes', layout)).permissions.env).toEqual([])
    await host.revoke('notes')
    await expect(prepareRun('notes', layout)).rejects.toMatchObject({
      code: 'MB_PLUGIN_CONSENT_NEEDED',
    })
  })

  it('leaves out what is not packaged, as links in node_modules are', async () => {
    await using root = await temporaryFolder()
    const { home, folder, open, write } = world(root.path)
    await write()
    await mkdir(join(folder, 'node_modules'))
    await symlink('/etc', join(folder, 'node_modules', 'linked'))
    await mkdir(join(folder, '.git'))
    const host = await open()
    const { digest } = await host.install('./development', { link: true })
    expect((await prepareRun('notes', homeLayout(home))).digest).toBe(digest)
  })

  it('is told when its folder is gone, is a link, or holds something else', async () => {
    await using root = await temporaryFolder()
    const { home, folder, open, write } = world(root.path)
    await write()
    const host = await open()
    await host.install('./development', { link: true })
    const layout = homeLayout(home)
    await rename(folder, `${folder}-moved`)
    await expect(prepareRun('notes', layout)).rejects.toMatchObject({
      code: 'MB_PLUGIN_LINK',
      message: `Cannot use "local/notes": there is no folder "${folder}" any more`,
    })
    await symlink(`${folder}-moved`, folder)
    await expect(prepareRun('notes', layout)).rejects.toMatchObject({ code: 'MB_PLUGIN_LINK' })
    await rm(folder)
    await write({ manifest: { name: 'other' } })
    await expect(prepareRun('notes', layout)).rejects.toMatchObject({
      code: 'MB_PLUGIN_LINK',
      message: `Cannot use "local/notes": its folder "${folder}" holds the plugin "other" now`,
    })
    await expect(host.approve('notes')).rejects.toMatchObject({ code: 'MB_PLUGIN_LINK' })
  })

  it('takes the place of what is installed, and what is installed takes its', async () => {
    await using root = await temporaryFolder()
    const { home, folder, open, write } = world(root.path)
    const host = await open()
    await host.install(await writePlugin(join(root.path, 'copy')))
    await write({ files: { 'dist/more.mjs': '' } })
    expect((await host.install('./development', { link: true })).versions).toEqual(['1.0.0'])
    expect(existsSync(join(home, 'plugins', 'local', 'notes', '1.0.0'))).toBe(false)
    expect((await host.install('./development', { link: true })).link).toBe(folder)

    const installed = await host.install(folder)
    expect(installed.link).toBeUndefined()
    expect(installed.versions).toEqual(['1.0.0'])
    await expectWhole(home)

    await write({ manifest: { version: '1.1.0' } })
    await host.install('./development', { link: true })
    await write({ manifest: { version: '1.2.0' } })
    expect((await host.install(folder)).versions).toEqual(['1.2.0', '1.0.0'])
    await expectWhole(home)
  })

  it('links folders alone', async () => {
    await using root = await temporaryFolder()
    const { home, open, write } = world(root.path)
    await write()
    await writeFile(join(root.path, 'notes.zip'), 'PK')
    const host = await open()
    for (const source of ['npm:notes', 'https://a.example/x.zip', 'github:acme/notes'])
      await expect(host.install(source, { link: true })).rejects.toMatchObject({
        code: 'MB_SOURCE_INVALID',
      })
    await expect(host.install('./notes.zip', { link: true })).rejects.toMatchObject({
      code: 'MB_PLUGIN_SOURCE',
    })
    await expect(
      host.install('./development', { link: true, sha256: 'ab'.repeat(32) }),
    ).rejects.toMatchObject({ code: 'MB_SOURCE_INVALID' })
    expect(existsSync(home)).toBe(false)
  })

  it.skipIf(!isUsable && !mustRun)(
    'is run in its jail all the same, and the record says which files they were (needs a sandbox)',
    async () => {
      await using root = await temporaryFolder()
      const { home, folder, open, write } = world(root.path)
      const code = (word: string): string => `
        import { readFile } from 'node:fs/promises'
        export default { commands: { notes: async () => ({
          word: '${word}',
          other: await readFile('${join(root.path, 'secret')}', 'utf8').catch(() => 'refused'),
        }) } }`
      await writeFile(join(root.path, 'secret'), 'secret')
      await write({ files: { 'dist/index.mjs': code('one') } })
      const host = await open()
      await host.install('./development', { link: true })
      expect((await host.run('notes', 'notes')).value).toEqual({ word: 'one', other: 'refused' })
      await writeFile(join(folder, 'dist/index.mjs'), code('two'))
      expect((await host.run('notes', 'notes')).value).toEqual({ word: 'two', other: 'refused' })
      const lines = (await readFile(homeLayout(home).audit, 'utf8')).trim().split('\n')
      const digests = lines.map((line): unknown => JSON.parse(line))
      expect(digests).toMatchObject([
        { kind: 'run', digest: expect.any(String) },
        { kind: 'run', digest: (await readDigestTree(folder)).digest },
      ])
    },
  )
})
