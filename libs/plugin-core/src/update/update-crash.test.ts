import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { existsSync } from 'node:fs'
import { inspectBackends } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import { KeyValues } from '../broker/index.ts'
import { changeInProcess, startChange } from '../fixtures/change-in-process.ts'
import { expectWhole } from '../fixtures/expect-whole.ts'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import { openPluginHost, type PluginHost } from '../host.ts'
import { changeSteps } from '../install/commit-change.ts'
import { homeLayout } from '../store/home-layout.ts'

const requireEngines = process.env['MB_REQUIRE_ENGINES'] === '1'
const backends = await inspectBackends({ isFirstEnough: true })
const isSkipped = !requireEngines && !backends.some(({ usable }) => usable)

const permissions = { fs: { read: ['${data}/**'], write: ['${data}/**'] } }
const migrates = `import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
export default {
  async migrate(_, { data, kv }) {
    await writeFile(join(data, 'form'), 'two')
    await kv.set('form', 'two')
  },
}
`

async function open(home: string): Promise<PluginHost> {
  return await openPluginHost({ home, consent: async () => true })
}

/** A home with version 1.0.0 and what it keeps, and the folder of version 2.0.0. */
async function prepare(root: string): Promise<{ readonly home: string; readonly next: string }> {
  const home = join(root, 'home')
  await (
    await open(home)
  ).install(await writePlugin(join(root, 'first'), { manifest: { permissions } }))
  const layout = homeLayout(home)
  await mkdir(layout.dataOf('local/notes'), { recursive: true })
  await writeFile(join(layout.dataOf('local/notes'), 'form'), 'one')
  await using values = new KeyValues(layout.kv, 'local/notes')
  await values.set('form', 'one')
  const next = await writePlugin(join(root, 'next'), {
    manifest: { version: '2.0.0', permissions },
    files: { 'dist/index.mjs': migrates },
  })
  return { home, next }
}

/** The version, and the form of all that is kept: of the plugin, and beside its versions. */
async function formsIn(home: string): Promise<unknown> {
  const layout = homeLayout(home)
  const { version } = (await open(home)).get('notes')
  const backup = layout.backupOf('local/notes', '1.0.0')
  return {
    version,
    kept: await formOf(layout.dataOf('local/notes'), layout.kv),
    backup: existsSync(backup)
      ? await formOf(join(backup, 'data'), join(backup, 'values.db'))
      : 'none',
  }
}

async function formOf(data: string, keyValues: string): Promise<readonly unknown[]> {
  await using values = new KeyValues(keyValues, 'local/notes')
  return [await readFile(join(data, 'form'), 'utf8'), await values.get('form')]
}

const old = { version: '1.0.0', kept: ['one', 'one'], backup: 'none' }
const young = { version: '2.0.0', kept: ['two', 'two'], backup: ['one', 'one'] }

const isFull = process.env['MB_TEST_SIZE'] === 'full'
const telling = ['try', 'journalled', 'placed', 'data-aside', 'data-placed', 'trusted', 'committed']
const steps = isFull ? ['scan', 'try', ...changeSteps] : telling

describe.skipIf(isSkipped)('an update killed anywhere leaves version and data as one', () => {
  it.each(steps)('at "%s"', { timeout: 60_000 }, async (step) => {
    await using folder = await temporaryFolder()
    const { home, next } = await prepare(folder.path)
    expect(await changeInProcess(home, step, 'install', next)).toBe('SIGKILL')
    const isNew = step === 'committed' || step === 'finished'
    expect(await formsIn(home)).toEqual(isNew ? young : old)
    await expectWhole(home)
    const host = await open(home)
    await host.install(next)
    expect(await formsIn(home)).toEqual(young)
    expect(await host.rollback('notes')).toMatchObject({ restoresData: true })
    expect(await formsIn(home)).toEqual(old)
    await expectWhole(home)
  })

  it('in the middle of its migration', { timeout: 60_000 }, async () => {
    await using folder = await temporaryFolder()
    const { home, next } = await prepare(folder.path)
    const hanging = await writePlugin(join(folder.path, 'hanging'), {
      manifest: { version: '2.0.0', permissions },
      files: {
        'dist/index.mjs': `import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
export default {
  async migrate(_, { data, kv }) {
    await kv.set('form', 'half')
    await writeFile(join(data, 'form'), 'half')
    await new Promise(() => setInterval(() => {}, 1000))
  },
}
`,
      },
    })
    const started = startChange(home, 'never', 'install', hanging)
    started.stderr.resume()
    const ended = new Promise((resolve) => started.once('close', (_, signal) => resolve(signal)))
    const { staging } = homeLayout(home)
    await expect
      .poll(
        async () => {
          const names = await readdir(staging, { recursive: true }).catch(() => [])
          const form = names.find((name) => name.endsWith('-kept-1/data/form'))
          return form === undefined ? 'none' : await readFile(join(staging, form), 'utf8')
        },
        { timeout: 30_000 },
      )
      .toBe('half')
    started.kill('SIGKILL')
    expect(await ended).toBe('SIGKILL')
    expect(await formsIn(home)).toEqual(old)
    await expectWhole(home)
    await (await open(home)).install(next)
    expect(await formsIn(home)).toEqual(young)
  })

  it.each(['data-aside', 'data-placed', 'trusted', 'committed'])(
    'going back, at "%s"',
    { timeout: 60_000 },
    async (step) => {
      await using folder = await temporaryFolder()
      const { home, next } = await prepare(folder.path)
      await (await open(home)).install(next)
      expect(await changeInProcess(home, step, 'rollback', 'notes')).toBe('SIGKILL')
      expect(await formsIn(home)).toEqual(step === 'committed' ? old : young)
      await expectWhole(home)
      const host = await open(home)
      if (step !== 'committed') await host.rollback('notes')
      expect(await host.rollback('notes', { version: '2.0.0' })).toMatchObject({
        restoresData: true,
      })
      expect(await formsIn(home)).toEqual(young)
      await expectWhole(home)
    },
  )

  it('control: killed after the data was moved, and before anybody looks, it is neither', async () => {
    await using folder = await temporaryFolder()
    const { home, next } = await prepare(folder.path)
    expect(await changeInProcess(home, 'data-placed', 'install', next)).toBe('SIGKILL')
    const layout = homeLayout(home)
    expect(await formOf(layout.dataOf('local/notes'), layout.kv)).toEqual(['two', 'one'])
  })
})
