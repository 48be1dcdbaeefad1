import { appendFile, chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspectBackends } from '@mb/sandbox'
import { generateSigningKey } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import { KeyValues } from '../broker/index.ts'
import { doctor } from '../doctor/doctor.ts'
import { changeInProcess } from '../fixtures/change-in-process.ts'
import { expectWhole } from '../fixtures/expect-whole.ts'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import { openPluginHost, type PluginHost } from '../host.ts'
import { homeLayout } from '../store/home-layout.ts'
import { StateChange } from '../store/state-change.ts'
import { readState } from '../store/state.ts'

const key = generateSigningKey()
const requireEngines = process.env['MB_REQUIRE_ENGINES'] === '1'
const backends = await inspectBackends({ isFirstEnough: true })
const isSkipped = !requireEngines && !backends.some(({ usable }) => usable)

async function open(home: string): Promise<PluginHost> {
  return await openPluginHost({ home, consent: async () => true })
}

const isFull = process.env['MB_TEST_SIZE'] === 'full'

/** All steps, or those of them that tell most. */
function steps(all: string, telling: string): readonly string[] {
  return (isFull ? all : telling).split(' ')
}

const plain = steps(
  'locked journalled trusted indexed committed finished',
  'journalled indexed committed',
)

/** Installs a plugin of a name and a version. */
async function install(
  home: string,
  name: string,
  version = '1.0.0',
  manifest = {},
): Promise<string> {
  const source = await writePlugin(join(home, '..', `${name}-${version}`), {
    key,
    manifest: { name, version, commands: [{ name, summary: 'Runs' }], ...manifest },
  })
  await (await open(home)).install(source)
  return source
}

const versionsIn = (host: PluginHost): readonly string[] =>
  host.list().map(({ name, version }) => `${name}@${version}`)

const isNewAt = (step: string): boolean =>
  ['committed', 'finished', 'mended', 'swept'].some((each) => step.startsWith(each))

describe('a process killed in the middle of a change of the store leaves the old or the new state, whole', () => {
  it.each(plain)('rollback, at "%s"', async (step) => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    await install(home, 'notes')
    await install(home, 'notes', '1.1.0')
    expect(await changeInProcess(home, step, 'rollback', 'notes')).toBe('SIGKILL')
    const host = await open(home)
    expect(versionsIn(host)).toEqual([isNewAt(step) ? 'notes@1.0.0' : 'notes@1.1.0'])
    expect(host.get('notes').versions).toEqual(['1.1.0', '1.0.0'])
    expect(host.history().filter(({ action }) => action === 'rollback')).toHaveLength(
      isNewAt(step) ? 1 : 0,
    )
    await expectWhole(home)
    await host.rollback('notes', { version: '1.0.0' })
    await expectWhole(home)
  })

  it.each(plain)('uninstall with what nobody needs any more, at "%s"', async (step) => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    await install(home, 'base')
    await install(home, 'app', '1.0.0', { plugins: { base: '*' } })
    await install(home, 'app', '1.1.0', { plugins: { base: '*' } })
    await markAsNeeded(home, 'base')
    expect(await changeInProcess(home, step, 'uninstall', 'app')).toBe('SIGKILL')
    const host = await open(home)
    expect(versionsIn(host)).toEqual(isNewAt(step) ? [] : ['app@1.1.0', 'base@1.0.0'])
    await expectWhole(home)
    await install(home, 'app', '1.2.0')
    await expectWhole(home)
  })

  it.each(
    steps(
      'verify verify#2 scan scan#2 consent commit locked journalled placed placed#2 trusted indexed committed finished',
      'verify#2 consent placed placed#2 indexed committed',
    ),
  )('import, at "%s"', async (step) => {
    await using folder = await temporaryFolder()
    const [here, home] = [join(folder.path, 'here'), join(folder.path, 'there')]
    for (const name of ['notes', 'other']) await install(here, name)
    const file = join(folder.path, 'plugins.json')
    await (await open(here)).export(file, { withPackages: true })
    expect(await changeInProcess(home, step, 'import', file)).toBe('SIGKILL')
    const host = await open(home)
    const all = ['notes@1.0.0', 'other@1.0.0']
    expect(versionsIn(host)).toEqual(isNewAt(step) ? all : [])
    await expectWhole(home)
    await host.import(file)
    expect(versionsIn(host)).toEqual(all)
    await expectWhole(home)
  })

  it.each(
    steps(
      'put-aside locked journalled trusted indexed committed finished mended swept',
      'put-aside journalled indexed committed mended',
    ),
  )('mending, at "%s"', async (step) => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    const layout = homeLayout(home)
    await install(home, 'notes')
    await install(home, 'notes', '1.1.0')
    await install(home, 'other')
    const entry = join(layout.package('local/notes', '1.1.0'), 'dist/index.mjs')
    await chmod(entry, 0o644)
    await appendFile(entry, 'evil()')
    await writePlugin(layout.package('local/stray', '1.0.0'), { key, manifest: { name: 'stray' } })
    await mkdir(join(layout.staging, 'aside-of-nobody'), { recursive: true })
    await writeFile(layout.usage, 'no database'.repeat(999))
    expect(await changeInProcess(home, step, 'mend')).toBe('SIGKILL')
    expect(versionsIn(await open(home))).toEqual([
      isNewAt(step) ? 'notes@1.0.0' : 'notes@1.1.0',
      'other@1.0.0',
    ])
    await doctor({ home, fix: true })
    expect(await doctor({ home })).toEqual({ findings: [], isHealthy: true })
    expect(versionsIn(await open(home))).toEqual(['notes@1.0.0', 'other@1.0.0'])
    await expectWhole(home)
  })

  it.each(
    steps(
      'put-aside locked journalled trusted indexed committed finished',
      'put-aside indexed committed',
    ),
  )('finding the packages of a lost state again, at "%s"', async (step) => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    await install(home, 'notes')
    await install(home, 'notes', '1.1.0')
    await install(home, 'other')
    await writeFile(homeLayout(home).state, 'no database'.repeat(999))
    await rm(`${homeLayout(home).state}-wal`, { force: true })
    expect(await changeInProcess(home, step, 'mend')).toBe('SIGKILL')
    const { findings } = await doctor({ home, fix: true })
    const left = findings.filter(({ isMended }) => !isMended)
    expect(left.map(({ code, plugin }) => [code, plugin])).toEqual([
      ['grant-stale', 'local/notes'],
      ['grant-stale', 'local/other'],
    ])
    const host = await open(home)
    for (const { plugin = '' } of left) await host.approve(plugin)
    expect(host.list().map(({ name, versions }) => [name, versions])).toEqual([
      ['notes', ['1.1.0', '1.0.0']],
      ['other', ['1.0.0']],
    ])
    await expectWhole(home)
  })

  describe.skipIf(isSkipped)('update of what the plugin keeps', () => {
    it.each(
      steps(
        'verify consent try commit locked journalled placed data-aside data-placed trusted indexed committed finished',
        'try placed data-aside data-placed indexed committed',
      ),
    )('at "%s"', async (step) => {
      await using folder = await temporaryFolder()
      const home = join(folder.path, 'home')
      const layout = homeLayout(home)
      await install(home, 'notes')
      const id = 'local/notes'
      await mkdir(layout.dataOf(id), { recursive: true })
      await writeFile(join(layout.dataOf(id), 'notes'), 'kept')
      {
        await using values = new KeyValues(layout.kv, id)
        await values.set('form', 1)
      }
      const next = await writePlugin(join(folder.path, 'next'), {
        key,
        manifest: { version: '1.1.0' },
        files: { 'dist/index.mjs': migrating },
      })
      expect(await changeInProcess(home, step, 'install', next)).toBe('SIGKILL')
      const host = await open(home)
      expect(versionsIn(host)).toEqual([isNewAt(step) ? 'notes@1.1.0' : 'notes@1.0.0'])
      await expectWhole(home)
      expect(await formOf(home)).toBe(isNewAt(step) ? 2 : 1)
      await host.install(next)
      expect(await formOf(home)).toBe(2)
      await host.rollback('notes')
      expect(await formOf(home)).toBe(1)
      await expectWhole(home)
    })
  })
})

const migrating = `
export default { async migrate(_, { kv }) { await kv.set('form', 2) } }
`

async function formOf(home: string): Promise<unknown> {
  await using values = new KeyValues(homeLayout(home).kv, 'local/notes')
  return await values.get('form')
}

/** Lets a plugin be one that came because another needs it. */
async function markAsNeeded(home: string, name: string): Promise<void> {
  const layout = homeLayout(home)
  using change = await StateChange.begin(layout)
  for (const plugin of readState(layout).plugins)
    if (plugin.manifest.name === name) change.put({ ...plugin, wantedBy: 'plugin' })
  change.commit()
}
