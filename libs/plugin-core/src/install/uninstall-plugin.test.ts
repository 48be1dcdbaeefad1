import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectWhole } from '../fixtures/expect-whole.ts'
import { listing } from '../fixtures/listing.ts'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import { openPluginHost, type PluginHost } from '../host.ts'
import { homeLayout } from '../store/home-layout.ts'
import { StateChange } from '../store/state-change.ts'
import { readState } from '../store/state.ts'

/** A home with plugins that need each other; those after a `+` came because they were needed. */
async function homeOf(
  root: string,
  plugins: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Promise<{ readonly home: string; readonly host: PluginHost }> {
  const home = join(root, 'home')
  const host = await openPluginHost({ home, consent: async () => true })
  for (const [word, needs] of Object.entries(plugins)) {
    const name = word.replace('+', '')
    const manifest = { name, commands: [], plugins: needs }
    await host.install(await writePlugin(join(root, name), { manifest }))
  }
  using change = await StateChange.begin(homeLayout(home))
  for (const plugin of readState(homeLayout(home)).plugins)
    if (`+${plugin.manifest.name}` in plugins) change.put({ ...plugin, wantedBy: 'plugin' })
  change.commit()
  return { home, host }
}

const ids = (plugins: readonly { readonly id: string }[]): readonly string[] =>
  plugins.map(({ id }) => id)

describe('uninstall()', () => {
  it('refuses what others need and says who, and breaks it when forced', async () => {
    await using folder = await temporaryFolder()
    const { home, host } = await homeOf(folder.path, {
      base: {},
      reader: { 'local/base': '^1.0.0' },
      writer: { base: '>=1' },
    })
    const before = await listing(home)
    const refusal = {
      code: 'MB_PLUGIN_NEEDED',
      outcome: 'refused',
      message:
        'Cannot uninstall "local/base": "local/reader" needs "local/base" ^1.0.0, and 1 more',
      hint: 'Uninstall local/reader, local/writer first, or break it with --force',
    }
    await expect(host.uninstall('base')).rejects.toMatchObject(refusal)
    await expect(host.uninstall('base', { dryRun: true })).rejects.toMatchObject(refusal)
    expect(await listing(home)).toEqual(before)
    const { breaks } = await host.uninstall('base', { force: true })
    expect(breaks).toEqual([
      { plugin: 'local/reader', needs: 'local/base', range: '^1.0.0', state: 'missing' },
      { plugin: 'local/writer', needs: 'base', range: '>=1', state: 'missing' },
    ])
    await expectWhole(home)
    // What is broken already is no reason to refuse anything else.
    await host.uninstall('writer')
  })

  it('lets go what only disabled plugins need', async () => {
    await using folder = await temporaryFolder()
    const { host } = await homeOf(folder.path, { base: {}, reader: { 'local/base': '*' } })
    await host.disable('reader')
    expect((await host.uninstall('base')).breaks).toEqual([])
  })

  it('names what nobody needs any more, and removes it only when told to', async () => {
    await using folder = await temporaryFolder()
    const { home, host } = await homeOf(folder.path, {
      '+deepest': {},
      '+deep': { deepest: '*' },
      '+shared': {},
      asked: {},
      app: { deep: '*', shared: '*', asked: '*' },
      other: { shared: '*' },
    })
    const kept = await host.uninstall('app', { dryRun: true })
    expect([ids(kept.pruned), ids(kept.unneeded)]).toEqual([[], ['local/deep', 'local/deepest']])
    const preview = await host.uninstall('app', { dryRun: true, prune: true })
    expect([ids(preview.pruned), ids(preview.unneeded)]).toEqual([
      ['local/deep', 'local/deepest'],
      [],
    ])
    expect(host.list()).toHaveLength(6)
    await host.uninstall('app', { prune: true })
    expect(ids(host.list())).toEqual(['local/asked', 'local/other', 'local/shared'])
    expect(host.history().slice(0, 3)).toMatchObject([
      { id: 'local/deepest', action: 'uninstall', reason: 'nobody needs it without local/app' },
      { id: 'local/deep', action: 'uninstall', reason: 'nobody needs it without local/app' },
      { id: 'local/app', action: 'uninstall', from: '1.0.0' },
    ])
    expect(
      new Set(
        host
          .history()
          .slice(0, 3)
          .map(({ change }) => change),
      ).size,
    ).toBe(1)
    await expectWhole(home)
  })

  it.runIf(process.platform === 'linux')(
    'purges what a plugin made to stay, and nobody else waits for that',
    async () => {
      await using folder = await temporaryFolder()
      const { home, host } = await homeOf(folder.path, { base: {}, other: {} })
      const data = homeLayout(home).dataOf('local/base')
      await mkdir(data, { recursive: true })
      // Deeper than any path may be long.
      execFileSync(process.execPath, [
        '-e',
        `process.chdir(process.argv[1])
        for (let depth = 0; depth < 40; depth += 1) {
          require('node:fs').mkdirSync('d'.repeat(200))
          process.chdir('d'.repeat(200))
        }`,
        '--',
        data,
      ])
      await host.uninstall('base', { purge: true })
      await host.uninstall('other')
      await openPluginHost({ home })
      await expectWhole(home)
      expect(existsSync(data)).toBe(false)
    },
  )

  it('purges values that nobody can read, and nobody else waits for that', async () => {
    await using folder = await temporaryFolder()
    const { home, host } = await homeOf(folder.path, { base: {}, other: {} })
    await writeFile(homeLayout(home).kv, 'no database'.repeat(999), { mode: 0o600 })
    await host.uninstall('base', { purge: true })
    await host.uninstall('other')
    await openPluginHost({ home })
    expect(host.list()).toEqual([])
    await expectWhole(home)
  })

  it('tells what was done to a plugin that is gone, and of none that there never was', async () => {
    await using folder = await temporaryFolder()
    const { host } = await homeOf(folder.path, { base: {} })
    await host.uninstall('base')
    expect(host.history('base').map(({ action }) => action)).toEqual(['uninstall', 'install'])
    expect(() => host.history('nothing')).toThrow('Cannot find plugin "nothing"')
  })
})
