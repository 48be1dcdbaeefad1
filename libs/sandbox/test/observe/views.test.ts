import { chmod, lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findBuilder } from '../../src/backends/find-builder.ts'
import { runOnce } from '../../src/observe/run-once.ts'
import { copyViews } from '../../src/observe/view/copy-views.ts'
import { overlayViews } from '../../src/observe/view/overlay-views.ts'
import type { ViewMaker } from '../../src/observe/view/view.ts'
import type { SandboxPolicy } from '../../src/policy.ts'
import { isTestable, temporaryFolder } from '../engine.ts'

interface ViewCase {
  readonly title: string
  readonly open: (folder: string, base: string) => ViewMaker
}

const copies = (backend: 'bubblewrap' | 'namespaces', maxBytes = 1024 * 1024): ViewCase => ({
  title: `a copy, by ${backend},`,
  open: (folder, base) =>
    copyViews(folder, base, { findBuilder: () => findBuilder(backend), maxBytes }),
})

const cases: readonly ViewCase[] = [
  { title: 'an overlay', open: overlayViews },
  copies('namespaces'),
  ...(isTestable('bubblewrap') ? [copies('bubblewrap')] : []),
]

/** A folder with what a view has to show, and one for what is written. */
async function openFolders(): Promise<AsyncDisposable & { folder: string; base: string }> {
  const place = await temporaryFolder()
  // Signs that part the options of a mount.
  const folder = join(place.path, 'a, b:c\\d')
  const base = join(place.path, 'base')
  await Promise.all([mkdir(join(folder, 'src'), { recursive: true }), mkdir(base)])
  await mkdir(join(folder, '.git'))
  await writeFile(join(folder, '.git/config'), 'kept\n')
  await writeFile(join(folder, 'src/one'), '1\n')
  await writeFile(join(folder, 'src/two'), '2\n')
  await symlink('src/one', join(folder, 'link'))
  return { folder, base, [Symbol.asyncDispose]: () => place[Symbol.asyncDispose]() }
}

async function runIn(
  views: ViewMaker,
  folder: string,
  script: string,
  fs: NonNullable<SandboxPolicy['fs']> = { write: [folder] },
): Promise<ReadonlyMap<string, string>> {
  await using view = await views.make()
  await runOnce({ command: 'sh', args: ['-c', script], workspace: folder, policy: { fs }, view })
  return await view.readChanges()
}

describe.runIf(isTestable('namespaces')).each(cases)('$title', ({ open }) => {
  it('shows the folder, and takes what is written to it', async () => {
    await using folders = await openFolders()
    const { folder, base } = folders
    const views = open(folder, base)
    const script =
      'cat link >src/three; echo more >>src/one; rm src/two; mkdir -m 700 new; mkdir new/closed; chmod 0 new/closed'
    const changes = await runIn(views, folder, script)
    const names = [...changes].map(([path, state]) => `${path} ${state.split(' ')[0]}`)
    const own = names.filter((name) => name !== 'src folder')
    expect(own.toSorted()).toEqual([
      'new folder',
      'new/closed folder',
      'src/one file',
      'src/three file',
      'src/two gone',
    ])
    expect(await readFile(join(folder, 'src/one'), 'utf8')).toBe('1\n')
    expect((await readdir(folder)).toSorted()).toEqual(['.git', 'link', 'src'])
    expect(await readdir(base)).toEqual([])
  })

  it('is not to be written where only what it lies in is granted, to be read', async () => {
    await using folders = await openFolders()
    const { folder, base } = folders
    const views = open(folder, base)
    const whole = { write: [folder], read: [join(folder, '..')] }
    expect([...(await runIn(views, folder, '(: >../new); : >src/three', whole)).keys()]).toContain(
      'src/three',
    )
    const tries = '(: >src/three); (: >../new); cat src/one'
    const fs = { write: [], read: [join(folder, '..')] }
    expect([...(await runIn(views, folder, tries, fs)).keys()]).toEqual([])
    expect((await readdir(join(folder, '..'))).toSorted()).toEqual(['a, b:c\\d', 'base'])
  })

  it('begins anew each time', async () => {
    await using folders = await openFolders()
    const { folder, base } = folders
    const views = open(folder, base)
    await runIn(views, folder, 'rm src/one')
    expect(
      await runIn(views, folder, 'test -e src/one && ! test -e src/new && : >src/seen'),
    ).toSatisfy((changes: ReadonlyMap<string, string>) => changes.has('src/seen'))
  })

  it('keeps what is guarded, and shows no more of it than is granted', async () => {
    await using folders = await openFolders()
    const { folder, base } = folders
    const views = open(folder, base)
    const tries = 'echo x >>.git/config; mkdir .vscode; echo y >src/mark'
    const changed = [...(await runIn(views, folder, tries)).keys()]
    // An overlay has a folder of its own for what is changed in it.
    expect(changed.filter((path) => path !== 'src')).toEqual(['src/mark'])
    const part = { write: [join(folder, 'src')] }
    const seen = await runIn(views, folder, 'ls -A >src/seen; rmdir src; : >other', part)
    expect(seen.has('other')).toBe(false)
    expect((await lstat(join(folder, '.git/config'))).size).toBe('kept\n'.length)
    await chmod(folder, 0o755)
  })
})

describe('copyViews()', () => {
  it('refuses a folder that is too large', async () => {
    await using folders = await openFolders()
    await writeFile(join(folders.folder, 'large'), Buffer.alloc(100_000))
    const views = copies('namespaces', 50_000).open(folders.folder, folders.base)
    await expect(views.make()).rejects.toMatchObject({
      code: 'MB_SANDBOX_POLICY',
      message: `Cannot show "${folders.folder}" with its changes kept apart: this kernel lets you mount no overlay, and there is more in it than the 50000 bytes that are copied`,
    })
  })
})
