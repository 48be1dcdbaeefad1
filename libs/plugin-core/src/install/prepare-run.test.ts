import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import { openPluginHost, type PluginHost } from '../host.ts'
import { homeLayout } from '../store/home-layout.ts'
import type { InstalledPlugin } from '../store/installed-plugin.ts'
import { prepareRun } from './prepare-run.ts'

interface World {
  readonly home: string
  readonly host: PluginHost
  readonly plugin: InstalledPlugin
}

async function installed(root: string): Promise<World> {
  const home = join(root, 'home')
  const host = await openPluginHost({ home, consent: async () => true })
  const source = await writePlugin(join(root, 'source'), {
    manifest: { permissions: { env: ['A', 'B'], fs: { read: ['${workspace}/**'] } } },
    files: { 'run.sh': 'true\n' },
  })
  return { home, host, plugin: await host.install(source) }
}

describe('prepareRun()', () => {
  it('gives the verified files and what was granted of what is asked', async () => {
    await using folder = await temporaryFolder()
    const { home, plugin } = await installed(folder.path)
    expect(await prepareRun('notes', homeLayout(home))).toMatchObject({
      id: 'local/notes',
      directory: plugin.directory,
      permissions: plugin.permissions,
    })
    // A person narrows the grant by hand, and writes something into it that the plugin never asked for.
    const file = join(home, 'grants.json')
    const text = await readFile(file, 'utf8')
    await writeFile(
      file,
      text.replace('"name": "B"', '"name": "C"').replace('${workspace}/**', '/**'),
    )
    expect((await prepareRun('notes', homeLayout(home))).permissions).toEqual({
      ...plugin.permissions,
      env: [{ name: 'A' }],
      fs: { read: [], write: [] },
    })
  })

  const tampering: readonly (readonly [string, (directory: string) => Promise<unknown>])[] = [
    [
      'one byte changed',
      async (at) => {
        await chmod(join(at, 'dist/index.mjs'), 0o644)
        await writeFile(join(at, 'dist/index.mjs'), 'export default []\n')
      },
    ],
    ['a file added', (at) => writeFile(join(at, 'dist/more.mjs'), '')],
    ['a file removed', (at) => rm(join(at, 'run.sh'))],
    ['a file made executable', (at) => chmod(join(at, 'run.sh'), 0o755)],
    ['a link added', (at) => symlink('/etc/passwd', join(at, 'link'))],
    [
      'a folder instead of a file',
      async (at) => {
        await rm(join(at, 'run.sh'))
        await mkdir(join(at, 'run.sh'))
      },
    ],
    ['everything removed', (at) => rm(at, { recursive: true })],
  ]
  it.each(tampering)(
    'refuses installed files with %s, until they are installed again',
    async (_, spoil) => {
      await using folder = await temporaryFolder()
      const { home, host, plugin } = await installed(folder.path)
      await spoil(plugin.directory)
      const { untouched } = await prepareRun('notes', homeLayout(home))
      await expect(untouched).rejects.toMatchObject({
        code: 'MB_PLUGIN_TAMPERED',
        outcome: 'refused',
        hint: 'Install it again with --force, and find out who changed them',
      })
      await host.install(plugin.source, { force: true })
      await expect((await prepareRun('notes', homeLayout(home))).untouched).resolves.toBeUndefined()
    },
  )

  it('refuses what is off, not granted, or not there', async () => {
    await using folder = await temporaryFolder()
    const { home, host } = await installed(folder.path)
    const layout = homeLayout(home)
    await host.disable('notes')
    await expect(prepareRun('notes', layout)).rejects.toMatchObject({ code: 'MB_PLUGIN_DISABLED' })
    await host.enable('notes')
    await host.revoke('notes')
    await expect(prepareRun('notes', layout)).rejects.toMatchObject({
      code: 'MB_PLUGIN_CONSENT_NEEDED',
      outcome: 'refused',
    })
    await host.approve('notes')
    expect(await prepareRun('notes', layout)).toMatchObject({ id: 'local/notes' })
    await host.uninstall('notes')
    await expect(prepareRun('notes', layout)).rejects.toMatchObject({ code: 'MB_PLUGIN_NOT_FOUND' })
  })
})
