import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
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
      source,
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
        'index.json 100600',
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
      version: 1,
    })
  })
})
