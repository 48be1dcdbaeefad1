import { once } from 'node:events'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openSandbox, type BackendName, type Exit } from '@mb/sandbox'
import { expect, it } from 'vitest'
import { minimumOf, onEachBackend, temporaryFolder } from './engine.ts'

/** What programs of the person do beside a jail: each takes away the mount that lay over a name. */
const replacements = [
  {
    title: 'a denied file is saved by an editor',
    name: '.env',
    replace: async (place: string) => {
      await writeFile(`${place}.new`, 'a new secret')
      await rename(`${place}.new`, place)
    },
  },
  {
    title: 'a denied file is moved, and made anew',
    name: '.env',
    replace: async (place: string) => {
      await rename(place, `${place}.old`)
      await writeFile(place, 'a new secret')
    },
  },
  {
    title: 'a guarded file is saved by an editor',
    name: 'AGENTS.md',
    replace: async (place: string) => {
      await writeFile(`${place}.new`, 'new words')
      await rename(`${place}.new`, place)
    },
  },
  {
    title: 'what holds a guarded name free is removed',
    name: '.git',
    replace: (place: string) => rm(place, { recursive: true }),
  },
  {
    title: 'a folder on the way to a denied one is moved',
    name: 'way',
    replace: async (place: string) => {
      await rename(place, `${place}.old`)
      await mkdir(place)
    },
  },
] as const

onEachBackend('a program in a jail', (backend) => {
  it.each(replacements)('is ended when $title', async ({ name, replace }) => {
    await using folder = await temporaryFolder()
    const exit = await runBeside(backend, folder.path, () => replace(join(folder.path, name)))
    expect(exit.signal).toBe('SIGKILL')
    expect(exit.violations).toContainEqual({
      kind: 'uncovered-path',
      name: join(folder.path, name),
      count: 1,
    })
    // It was ended, and did not wake up to look.
    await expect(readFile(join(folder.path, 'lived'), 'utf8')).rejects.toThrow('ENOENT')
  })

  it('goes on when other files are replaced', async () => {
    await using folder = await temporaryFolder()
    const exit = await runBeside(backend, folder.path, async () => {
      await writeFile(join(folder.path, 'note.new'), 'new')
      await rename(join(folder.path, 'note.new'), join(folder.path, 'note'))
      await rename(join(folder.path, 'note'), join(folder.path, 'old'))
    })
    expect([exit.code, exit.violations]).toEqual([0, []])
    expect(await readFile(join(folder.path, 'lived'), 'utf8')).toBe('')
  })
})

/** Runs a program that sleeps, while something is done beside it. */
async function runBeside(
  backend: BackendName,
  folder: string,
  act: () => Promise<void>,
): Promise<Exit> {
  await writeFile(join(folder, '.env'), 'a secret')
  await writeFile(join(folder, 'AGENTS.md'), 'words')
  await writeFile(join(folder, 'note'), 'a note')
  await mkdir(join(folder, 'way'))
  await writeFile(join(folder, 'way/hidden'), 'a secret')
  await using sandbox = await openSandbox({
    backend,
    minimum: minimumOf(backend),
    policy: { fs: { write: [folder], deny: [join(folder, '.env'), join(folder, 'way/hidden')] } },
  })
  const script = 'echo started; sleep 1; : >lived'
  await using program = await sandbox.spawn('sh', ['-c', script], { cwd: folder })
  if (program.stdout !== null) await once(program.stdout, 'data')
  await act()
  return await program.exited
}
