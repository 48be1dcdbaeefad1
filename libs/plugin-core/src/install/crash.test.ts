import { join } from 'node:path'
import { generateSigningKey } from '@mb/manifest'
import { describe, expect, it } from 'vitest'
import { changeInProcess as change } from '../fixtures/change-in-process.ts'
import { expectWhole } from '../fixtures/expect-whole.ts'
import { folderRepository } from '../fixtures/folder-repository.ts'
import { listing } from '../fixtures/listing.ts'
import { temporaryFolder, writePlugin } from '../fixtures/plugin-folder.ts'
import { openPluginHost, type PluginHost } from '../host.ts'
import { changeSteps, type ChangeStep } from './commit-change.ts'

async function open(home: string): Promise<PluginHost> {
  return await openPluginHost({ home, consent: async () => true })
}

const isNewAt = (step: ChangeStep): boolean => step === 'committed' || step === 'finished'

describe('a process killed in the middle of a change leaves the old or the new state, whole', () => {
  const installSteps = changeSteps.filter((step) => !step.startsWith('data-'))
  const withoutFolders = installSteps.filter((step) => step !== 'aside' && step !== 'placed')

  it.each(installSteps)('first install, at "%s"', async (step) => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    const source = await writePlugin(join(folder.path, 'source'))
    expect(await change(home, step, 'install', source)).toBe('SIGKILL')
    const host = await open(home)
    expect(host.list().map(({ version }) => version)).toEqual(isNewAt(step) ? ['1.0.0'] : [])
    await expectWhole(home)
    await host.install(source)
    await expectWhole(home)
    expect(host.list()).toHaveLength(1)
  })

  const fetching = ['find', 'fetch', 'fetched', 'verify', 'scan', 'consent', 'commit'] as const
  const key = generateSigningKey()

  const isFull = process.env['MB_TEST_SIZE'] === 'full'
  const steps = [...fetching, ...installSteps]
  const telling = ['fetch', 'fetched', 'scan', 'commit', 'aside', 'placed', 'committed'] as const

  describe.each([
    { kind: 'first install', isUpdate: false, at: isFull ? steps : telling },
    { kind: 'update', isUpdate: true, at: isFull ? steps : telling },
  ])('$kind from a repository', ({ isUpdate, at }) => {
    it.each(at)('at "%s"', async (step) => {
      await using folder = await temporaryFolder()
      const home = join(folder.path, 'home')
      const host = await open(home)
      if (isUpdate) {
        const first = await writePlugin(join(folder.path, 'first'), { key })
        await host.installFrom(await folderRepository(first), 'acme/notes')
      }
      const source = await writePlugin(join(folder.path, 'source'), {
        key,
        manifest: { version: '2.0.0' },
      })
      const before = await listing(home)
      expect(await change(home, step, 'from', source)).toBe('SIGKILL')
      await open(home)
      const old = isUpdate ? ['1.0.0'] : []
      const isNew = step === 'committed' || step === 'finished'
      expect(host.list().map(({ version }) => version)).toEqual(isNew ? ['2.0.0'] : old)
      await expectWhole(home)
      const isEarly = fetching.some((each) => each === step)
      expect(isUpdate && isEarly ? await listing(home) : before).toEqual(before)
      await host.installFrom(await folderRepository(source), 'acme/notes')
      expect(host.list().map(({ version }) => version)).toEqual(['2.0.0'])
      await expectWhole(home)
    })
  })

  it.each(installSteps)('update, at "%s"', async (step) => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    await (await open(home)).install(await writePlugin(join(folder.path, 'one')))
    const next = await writePlugin(join(folder.path, 'two'), {
      manifest: { version: '2.0.0', commands: [{ name: 'notes', summary: 'Second' }] },
    })
    expect(await change(home, step, 'install', next)).toBe('SIGKILL')
    const host = await open(home)
    expect(host.get('notes').version).toBe(isNewAt(step) ? '2.0.0' : '1.0.0')
    await expectWhole(home)
    await host.install(next)
    await expectWhole(home)
  })

  const replacing = isFull ? installSteps : (['aside', 'placed', 'indexed', 'committed'] as const)

  it.each(replacing)('the same version with other content, at "%s"', async (step) => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    const { digest } = await (await open(home)).install(await writePlugin(join(folder.path, 'one')))
    const other = await writePlugin(join(folder.path, 'two'), { files: { 'more.txt': 'more' } })
    expect(await change(home, step, 'install', other, 'force')).toBe('SIGKILL')
    const host = await open(home)
    expect(host.get('notes').digest === digest).toBe(!isNewAt(step))
    await expectWhole(home)
    await host.uninstall('notes')
    await expectWhole(home)
  })

  it.each(withoutFolders)('uninstall, at "%s"', async (step) => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    const source = await writePlugin(join(folder.path, 'source'))
    await (await open(home)).install(source)
    expect(await change(home, step, 'uninstall', 'notes')).toBe('SIGKILL')
    const host = await open(home)
    expect(host.list()).toHaveLength(isNewAt(step) ? 0 : 1)
    await expectWhole(home)
    await host.install(source)
    await expectWhole(home)
  })

  it.each(['indexed', 'committed'] as const)('disable, at "%s"', async (step) => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    await (await open(home)).install(await writePlugin(join(folder.path, 'source')))
    expect(await change(home, step, 'disable', 'notes')).toBe('SIGKILL')
    const host = await open(home)
    expect(host.get('notes').enabled).toBe(!isNewAt(step))
    await expectWhole(home)
  })

  it('control: before anybody comes, there is something to mend', async () => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    const source = await writePlugin(join(folder.path, 'source'))
    expect(await change(home, 'placed', 'install', source)).toBe('SIGKILL')
    await expect(expectWhole(home)).rejects.toThrow('expected')
    await open(home)
    await expectWhole(home)
  })

  it('the next change mends it too, when nobody opened the host before', async () => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    const source = await writePlugin(join(folder.path, 'source'))
    const other = await writePlugin(join(folder.path, 'other'), {
      manifest: { name: 'other', commands: [] },
    })
    expect(await change(home, 'trusted', 'install', source)).toBe('SIGKILL')
    expect(await change(home, 'never', 'install', other)).toBe('done')
    const host = await open(home)
    expect(host.list().map(({ id }) => id)).toEqual(['local/other'])
    await expectWhole(home)
  })
})

describe('two processes at once', () => {
  const rounds = process.env['MB_TEST_SIZE'] === 'full' ? 20 : 2

  const timeout = 60_000 + rounds * 15_000

  it(
    'install and uninstall the same plugins and others, and every state is whole',
    { timeout },
    async () => {
      await using folder = await temporaryFolder()
      const home = join(folder.path, 'home')
      const sources = await Promise.all(
        ['one', 'two', 'three'].map((name) =>
          writePlugin(join(folder.path, name), {
            manifest: { name, commands: [{ name, summary: 'Runs' }] },
          }),
        ),
      )
      const [first = '', second = '', third = ''] = sources
      for (let round = 0; round < rounds; round += 1) {
        const results = await Promise.all([
          change(home, 'never', 'install', first),
          change(home, 'never', 'install', first),
          change(home, 'never', 'install', second),
          change(home, 'never', 'install', third),
        ])
        expect(results).toEqual(['done', 'done', 'done', 'done'])
        await expectWhole(home)
        const [one, again, three] = await Promise.all([
          change(home, 'never', 'uninstall', 'one'),
          change(home, 'never', 'uninstall', 'one'),
          change(home, 'never', 'install', third, 'force'),
        ])
        expect([one, again]).toContain('done')
        expect(three).toBe('done')
        await expectWhole(home)
        expect((await open(home)).list().map(({ name }) => name)).toEqual(['three', 'two'])
      }
    },
  )

  it('install the same from a repository, and others', { timeout }, async () => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    const key = generateSigningKey()
    const source = await writePlugin(join(folder.path, 'source'), { key })
    const other = await writePlugin(join(folder.path, 'other'), {
      manifest: { name: 'other', commands: [] },
    })
    const results = await Promise.all([
      change(home, 'never', 'from', source),
      change(home, 'never', 'from', source),
      change(home, 'never', 'install', other),
    ])
    expect(results).toEqual(['done', 'done', 'done'])
    expect((await open(home)).list().map(({ id }) => id)).toEqual(['acme/notes', 'local/other'])
    await expectWhole(home)
  })

  it('in one process too', async () => {
    await using folder = await temporaryFolder()
    const home = join(folder.path, 'home')
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const host = await open(home)
    await Promise.all(
      names.map(async (name) =>
        host.install(
          await writePlugin(join(folder.path, name), { manifest: { name, commands: [] } }),
        ),
      ),
    )
    expect(host.list().map(({ name }) => name)).toEqual(names)
    await expectWhole(home)
    await Promise.all(names.map(async (name) => host.uninstall(name)))
    expect(host.list()).toEqual([])
    await expectWhole(home)
  })
})
