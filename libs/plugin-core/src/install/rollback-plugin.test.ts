import { appendFile, chmod, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { generateSigningKey } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import type { ConsentRequest } from '../consent/consent.ts'
import { expectWhole } from '../fixtures/expect-whole.ts'
import { listing } from '../fixtures/listing.ts'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import type { PluginHostOptions } from '../host/host-options.ts'
import { openPluginHost, type PluginHost } from '../host.ts'
import { defaultConfiguration } from '../configuration/configuration.ts'

const key = generateSigningKey()

interface World {
  readonly home: string
  readonly asked: ConsentRequest[]
  readonly open: (options?: Partial<PluginHostOptions>) => Promise<PluginHost>
  readonly install: (version: string, options?: WriteOptions) => Promise<void>
}

interface WriteOptions {
  readonly name?: string
  readonly manifest?: Readonly<Record<string, unknown>>
}

function world(root: string): World {
  const home = join(root, 'home')
  const asked: ConsentRequest[] = []
  const open: World['open'] = (options) =>
    openPluginHost({
      home,
      consent: async (request) => {
        asked.push(request)
        return true
      },
      ...options,
    })
  return {
    home,
    asked,
    open,
    install: async (version, { name = 'notes', manifest } = {}) => {
      const source = await writePlugin(join(root, `${name}-${version}`), {
        manifest: { name, version, ...manifest },
        key,
      })
      await (await open()).install(source)
    },
  }
}

describe('rollback()', () => {
  it('makes the version before the active one again, verified, and remembers it', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    await there.install('1.0.0')
    await there.install('1.1.0')
    const host = await there.open()
    const before = host.get('notes')
    expect(await host.rollback('notes', { reason: 'It was slow' })).toEqual({
      plugin: {
        ...before,
        version: '1.0.0',
        digest: expect.not.stringMatching(before.digest),
        installedAt: expect.any(String),
        source: join(folder.path, 'notes-1.0.0'),
        directory: join(there.home, 'plugins/local/notes/1.0.0'),
      },
      from: '1.1.0',
      to: '1.0.0',
      asks: false,
      restoresData: false,
      breaks: [],
    })
    expect(host.get('notes')).toMatchObject({ version: '1.0.0', versions: ['1.1.0', '1.0.0'] })
    expect(host.history('notes')).toMatchObject([
      { id: 'local/notes', action: 'rollback', from: '1.1.0', to: '1.0.0', reason: 'It was slow' },
      { id: 'local/notes', action: 'update', from: '1.0.0', to: '1.1.0' },
      { id: 'local/notes', action: 'install', to: '1.0.0' },
    ])
    await expectWhole(there.home)
    expect(there.asked).toHaveLength(1)
  })

  it('goes back one version further each time, then says that there is none, and forward by name', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) await there.install(version)
    const host = await there.open()
    expect((await host.rollback('notes')).to).toBe('1.1.0')
    expect((await host.rollback('notes')).to).toBe('1.0.0')
    await expect(host.rollback('notes')).rejects.toMatchObject({
      code: 'MB_PLUGIN_NOT_KEPT',
      outcome: 'not-found',
      message: 'Cannot roll back "local/notes": no version before 1.0.0 is kept',
      hint: 'Choose one of 1.2.0, 1.1.0',
    })
    await expect(host.rollback('notes', { version: '9.0.0' })).rejects.toMatchObject({
      code: 'MB_PLUGIN_NOT_KEPT',
    })
    expect((await host.rollback('notes', { version: '1.2.0' })).to).toBe('1.2.0')
    const entries = host.history().length
    expect(await host.rollback('notes', { version: '1.2.0' })).toMatchObject({ from: '1.2.0' })
    expect(host.history()).toHaveLength(entries)
    await expectWhole(there.home)
  })

  it('asks about what the present grant does not hold for, and stays without a yes', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const more = { permissions: { net: [{ host: 'api.acme.example' }] } }
    await there.install('1.0.0', { manifest: more })
    await there.install('2.0.0')
    await (await there.open()).revoke('notes')
    const alone = await there.open({ consent: undefined })
    expect(await alone.rollback('notes', { dryRun: true })).toMatchObject({ asks: true })
    const before = await listing(there.home)
    await expect(alone.rollback('notes')).rejects.toMatchObject({
      code: 'MB_PLUGIN_CONSENT_NEEDED',
    })
    const unwilling = await there.open({ consent: async () => false })
    await expect(unwilling.rollback('notes')).rejects.toMatchObject({
      code: 'MB_PLUGIN_CONSENT_DENIED',
      message: 'Cannot roll back "local/notes": you did not agree to what it asks for',
    })
    expect(await listing(there.home)).toEqual(before)
    there.asked.length = 0
    const host = await there.open()
    expect(await host.rollback('notes')).toMatchObject({ to: '1.0.0', asks: true })
    expect(there.asked).toMatchObject([{ version: '1.0.0', replaces: '2.0.0' }])
    expect((await host.grants('notes'))?.permissions.net).toHaveLength(1)
    await expectWhole(there.home)
  })

  it('asks nothing again where the version before asks for no more, below 1.0.0 too', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    await there.install('0.1.0')
    await there.install('0.2.0', { manifest: { permissions: { env: ['TZ'] } } })
    const alone = await there.open({ consent: undefined })
    expect(await alone.rollback('notes')).toMatchObject({ to: '0.1.0', asks: false })
    expect((await alone.grants('notes'))?.range).toBe('0.2.x || 0.1.x')
    expect(await alone.rollback('notes', { version: '0.2.0' })).toMatchObject({ asks: false })
    await expectWhole(there.home)
  })

  it('asks all the same where the yes was for one version alone', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    await there.install('1.0.0')
    await there.install('2.0.0')
    await (await there.open()).approve('notes', { isExact: true })
    const alone = await there.open({ consent: undefined })
    expect(await alone.rollback('notes', { dryRun: true })).toMatchObject({ asks: true })
    await expect(alone.rollback('notes')).rejects.toMatchObject({
      code: 'MB_PLUGIN_CONSENT_NEEDED',
    })
  })

  it('refuses files that were changed since, and changes nothing', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    await there.install('1.0.0')
    await there.install('1.1.0')
    const host = await there.open()
    const entry = join(there.home, 'plugins/local/notes/1.0.0/dist/index.mjs')
    await chmod(entry, 0o644)
    await appendFile(entry, 'evil()')
    const before = await listing(there.home)
    await expect(host.rollback('notes')).rejects.toMatchObject({ code: 'MB_PLUGIN_TAMPERED' })
    expect(await listing(there.home)).toEqual(before)
    await rm(join(there.home, 'plugins/local/notes/1.0.0'), { recursive: true })
    await expect(host.rollback('notes')).rejects.toMatchObject({ code: 'MB_PLUGIN_TAMPERED' })
    expect(host.get('notes').version).toBe('1.1.0')
  })

  it('settles the words of its commands again', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    await there.install('1.0.0', { manifest: { commands: [{ name: 'jot', summary: 'Jots' }] } })
    await there.install('1.1.0')
    await there.install('1.0.0', {
      name: 'jotter',
      manifest: { commands: [{ name: 'jot', summary: 'Jots too' }] },
    })
    const host = await there.open()
    await expect(host.rollback('notes')).rejects.toMatchObject({ code: 'MB_COMMAND_CLASH' })
    await host.uninstall('jotter')
    const { plugin } = await host.rollback('notes')
    expect(plugin.commands.map(({ word }) => word)).toEqual(['jot'])
    await expectWhole(there.home)
  })

  it('refuses to break what needs the present version, unless it is forced', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    await there.install('1.0.0')
    await there.install('1.1.0')
    await there.install('1.0.0', {
      name: 'writer',
      manifest: { commands: [], plugins: { 'local/notes': '^1.1.0' } },
    })
    const host = await there.open()
    await expect(host.rollback('notes')).rejects.toMatchObject({
      code: 'MB_PLUGIN_NEEDED',
      message: 'Cannot roll back "local/notes": "local/writer" needs "local/notes" ^1.1.0',
    })
    expect(await host.rollback('notes', { force: true })).toMatchObject({
      breaks: [
        {
          plugin: 'local/writer',
          needs: 'local/notes',
          range: '^1.1.0',
          state: 'other-version',
          found: '1.0.0',
        },
      ],
    })
  })

  it('does nothing in a dry run', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    await there.install('1.0.0')
    await there.install('1.1.0')
    const host = await there.open()
    const before = await listing(there.home)
    expect(await host.rollback('notes', { dryRun: true })).toMatchObject({
      from: '1.1.0',
      to: '1.0.0',
      asks: false,
    })
    expect(await listing(there.home)).toEqual(before)
  })
})

describe('versions side by side', () => {
  it('are as many as the settings say, and of the rest the last ones', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    const keeping = (keepVersions: number): Promise<PluginHost> =>
      there.open({
        configuration: {
          values: {
            ...defaultConfiguration,
            plugins: { ...defaultConfiguration.plugins, keepVersions },
          },
        },
      })
    const sources = await Promise.all(
      ['1.0.0', '1.1.0', '1.2.0', '1.3.0'].map((version) =>
        writePlugin(join(folder.path, version), { manifest: { version }, key }),
      ),
    )
    const [, , , last = ''] = sources
    const two = await keeping(2)
    for (const source of sources) await two.install(source)
    expect(two.get('notes').versions).toEqual(['1.3.0', '1.2.0', '1.1.0'])
    await expectWhole(there.home)
    await two.rollback('notes', { version: '1.1.0' })
    // What was active until now is kept, whatever its number.
    const one = await keeping(1)
    expect((await one.install(last)).versions).toEqual(['1.3.0', '1.1.0'])
    const none = await keeping(0)
    expect((await none.rollback('notes')).plugin.versions).toEqual(['1.1.0'])
    await expectWhole(there.home)
  })

  it('are switched to, not copied again, when one of them is installed; a changed one is mended', async () => {
    await using folder = await temporaryFolder()
    const there = world(folder.path)
    await there.install('1.0.0')
    const first = await listing(join(there.home, 'plugins/local/notes/1.0.0'))
    await there.install('1.1.0')
    await there.install('1.0.0')
    const host = await there.open()
    expect(host.get('notes')).toMatchObject({ version: '1.0.0', versions: ['1.1.0', '1.0.0'] })
    expect(host.history('notes')[0]).toMatchObject({
      action: 'install',
      from: '1.1.0',
      to: '1.0.0',
    })
    const entry = join(there.home, 'plugins/local/notes/1.1.0/dist/index.mjs')
    await chmod(entry, 0o644)
    await appendFile(entry, 'evil()')
    await there.install('1.1.0')
    await expectWhole(there.home)
    expect(await listing(join(there.home, 'plugins/local/notes/1.0.0'))).toEqual(first)
  })
})
