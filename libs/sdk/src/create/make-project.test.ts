import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TemporaryFolder } from '../fixtures/temporary-folder.ts'
import { makeProject } from './make-project.ts'

const fill = async (staging: string): Promise<void> => {
  await mkdir(join(staging, 'src'))
  await writeFile(join(staging, 'src', 'a'), 'a')
}

describe('makeProject()', () => {
  it('shows nothing of the project before it is whole', async () => {
    await using folder = await TemporaryFolder.make()
    let during: readonly string[] = []
    await makeProject(folder.file('notes'), {}, async (staging) => {
      await fill(staging)
      during = await folder.list()
    })
    expect(during.some((path) => path.startsWith('notes'))).toBe(false)
    expect(await folder.list()).toEqual(['notes', 'notes/src', 'notes/src/a'])
  })

  it.each(['deep/er/notes', 'empty'])('leaves %s as it was when filling fails', async (target) => {
    await using folder = await TemporaryFolder.make()
    await mkdir(folder.file('empty'))
    const failing = makeProject(folder.file(target), {}, async (staging) => {
      await fill(staging)
      throw new Error('the disk is full')
    })
    await expect(failing).rejects.toThrow('the disk is full')
    expect(await folder.list()).toEqual(['empty'])
  })

  it('leaves nothing when the signal comes while it is filled', async () => {
    await using folder = await TemporaryFolder.make()
    const stop = new AbortController()
    const stopped = makeProject(folder.file('notes'), { signal: stop.signal }, async (staging) => {
      await fill(staging)
      stop.abort()
    })
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' })
    expect(await folder.list()).toEqual([])
  })

  it('refuses a link that leads nowhere, and leaves it', async () => {
    await using folder = await TemporaryFolder.make()
    await symlink('nowhere', folder.file('notes'))
    await expect(makeProject(folder.file('notes'), {}, fill)).rejects.toMatchObject({
      code: 'MB_SDK_TARGET_UNUSABLE',
      hint: 'Choose another folder',
    })
    expect(await folder.list()).toEqual(['notes'])
  })

  it('takes a folder that holds only a repository', async () => {
    await using folder = await TemporaryFolder.make({ 'notes/.git/HEAD': 'ref' })
    await makeProject(folder.file('notes'), {}, fill)
    expect(await folder.list()).toEqual([
      'notes',
      'notes/.git',
      'notes/.git/HEAD',
      'notes/src',
      'notes/src/a',
    ])
  })
})
