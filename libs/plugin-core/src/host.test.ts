import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '@mb/kernel'
import { noPermissions } from '@mb/manifest'
import { inspectBackends } from '@mb/sandbox'
import { describe, expect, it, vi } from 'vitest'
import { readCommandIndex } from './command-index.ts'
import { listing } from './fixtures/listing.ts'
import { temporaryFolder, writePlugin } from './fixtures/plugin-folder.ts'
import { openPluginHost, type PluginHost } from './host.ts'

const yes = async () => true
const clock = { now: () => Date.UTC(2026, 0, 1), monotonic: () => 0 }

async function open(home: string, options: object = {}): Promise<PluginHost> {
  return await openPluginHost({ home, consent: yes, clock, ...options })
}

describe('PluginHost', () => {
  it('list() of a home that does not exist is empty, and makes none', async () => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    const host = await open(home)
    expect(host.list()).toEqual([])
    expect(await listing(home)).toEqual([])
  })

  it('install() takes a folder, lists it, indexes its commands and writes the grant', async () => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    const source = await writePlugin(join(folder.path, 'source'), {
      manifest: { permissions: { env: ['HOME'] } },
      files: { 'node_modules/x/index.js': 'never', '.git/config': 'never' },
    })
    const host = await open(home)
    const installed = await host.install(source)
    expect(installed).toEqual({
      id: 'local/notes',
      namespace: 'local',
      name: 'notes',
      version: '1.0.0',
      description: 'Takes notes',
      author: 'Acme',
      license: 'MIT',
      enabled: true,
      signature: { status: 'unsigned' },
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      installedAt: '2026-01-01T00:00:00.000Z',
      directory: join(home, 'plugins/local/notes/1.0.0'),
      commands: [
        { name: 'notes', summary: 'Takes a note', word: 'notes', arguments: [], options: [] },
      ],
      permissions: expect.objectContaining({ env: [{ name: 'HOME' }] }),
      optionalPermissions: noPermissions,
      type: 'command',
      source,
      versions: ['1.0.0'],
      wantedBy: 'person',
    })
    expect((await open(home)).list()).toEqual([installed])
    expect(host.get('notes')).toEqual(installed)
    expect(readCommandIndex(home).commands.map(({ word, plugin }) => [word, plugin])).toEqual([
      ['notes', 'local/notes'],
    ])
    expect(await host.grants('notes')).toMatchObject({ permissions: { env: [{ name: 'HOME' }] } })
    const kept = (await listing(home)).map((line) => line.split(' ').slice(0, 2).join(' '))
    expect(kept).toEqual(
      [
        ' 40700',
        'grants.json 100600',
        'commands.index 100600',
        'journal 40700',
        'plugins 40700',
        'plugins/local 40700',
        'plugins/local/notes 40700',
        'plugins/local/notes/1.0.0 40755',
        'plugins/local/notes/1.0.0/.milkbottle 40755',
        'plugins/local/notes/1.0.0/.milkbottle/tree.json 100444',
        'plugins/local/notes/1.0.0/dist 40755',
        'plugins/local/notes/1.0.0/dist/index.mjs 100444',
        'plugins/local/notes/1.0.0/plugin.json 100444',
        'state.db 100600',
      ].toSorted(),
    )
    expect((await stat(join(home, 'state.db'))).mode & 0o777).toBe(0o600)
    expect(JSON.parse(await readFile(join(home, 'grants.json'), 'utf8'))).toMatchObject({
      version: 2,
    })
  })
})

const hasBubblewrap = (await inspectBackends({ isFirstEnough: true })).some(({ usable }) => usable)
const mustRun = process.env['MB_REQUIRE_ENGINES'] === '1'

describe.skipIf(!hasBubblewrap && !mustRun)(
  'run() of an installed plugin (needs bubblewrap)',
  () => {
    const entry = `
    import { readFile } from 'node:fs/promises'
    const look = (path) => readFile(path, 'utf8').catch((error) => error.code)
    export default {
      commands: {
        look: async ({ arguments: { file, secret } }, { kv }) => {
          const count = ((await kv.get('count')) ?? 0) + 1
          await kv.set('count', count)
          return { count, file: await look(file), secret: await look(secret), env: process.env.MB_CANARY ?? null }
        },
      },
    }`
    const manifest = {
      permissions: { env: ['MB_CANARY'] },
      commands: [
        {
          name: 'look',
          summary: 'Looks at files',
          arguments: [{ name: 'file', type: 'file', required: true }, { name: 'secret' }],
        },
      ],
    }

    it('gives it the file that was named and what was granted, and nothing else', async () => {
      await using folder = await temporaryFolder()
      const home = join(folder.path, 'home')
      const workspace = join(folder.path, 'work')
      await mkdir(workspace)
      await writeFile(join(workspace, 'named.txt'), 'named')
      await writeFile(join(workspace, 'secret.txt'), 'secret')
      const source = await writePlugin(join(folder.path, 'source'), {
        manifest,
        files: { 'dist/index.mjs': entry },
      })
      vi.stubEnv('MB_CANARY', 'granted')
      const host = await open(home, { workspace, clock: systemClock })
      await host.install(source)
      const typed = {
        arguments: { file: 'named.txt', secret: join(workspace, 'secret.txt') },
        options: {},
      }
      const first = await host.run('notes', 'look', typed)
      expect(first.value).toEqual({
        count: 1,
        file: 'named',
        secret: expect.stringMatching(/^E|^ERR_/),
        env: 'granted',
      })
      expect(first.receipt.items.every(({ proved }) => proved)).toBe(true)

      // The grant is the sandbox: narrowed by hand, the same plugin gets less.
      const grants = join(home, 'grants.json')
      await writeFile(grants, (await readFile(grants, 'utf8')).replace('MB_CANARY', 'OTHER'))
      expect((await host.run('notes', 'look', typed)).value).toMatchObject({ count: 2, env: null })

      const { directory } = host.get('notes')
      await chmod(join(directory, 'dist/index.mjs'), 0o644)
      await expect(host.run('notes', 'look', typed)).resolves.toMatchObject({ value: { count: 3 } })
      await writeFile(join(directory, 'dist/index.mjs'), `${entry}// evil`)
      await expect(host.run('notes', 'look', typed)).rejects.toMatchObject({
        code: 'MB_PLUGIN_TAMPERED',
      })
      await host.install(source, { force: true })
      await host.uninstall('notes', { purge: true })
      await host.install(source)
      expect((await host.run('notes', 'look', typed)).value).toMatchObject({ count: 1 })
    })
  },
)
