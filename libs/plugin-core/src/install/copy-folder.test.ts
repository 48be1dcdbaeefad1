import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { renameSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../fixtures/plugin-folder.ts'
import { copyFolder } from './copy-folder.ts'

const leaveOut: ReadonlySet<string> = new Set()

/** Puts a link to a private folder in the place of the source's own, when a name is looked at for the nth time. */
async function swapping(
  folder: string,
  nth: number,
): Promise<{ readonly source: string; readonly copy: string; readonly signal: AbortSignal }> {
  const source = join(folder, 'source')
  await mkdir(join(folder, 'private'))
  await writeFile(join(folder, 'private/key'), 'canary')
  await mkdir(join(source, 'lib'), { recursive: true })
  await writeFile(join(source, 'lib/key'), 'of the plugin')
  const { signal } = new AbortController()
  let looks = 0
  signal.throwIfAborted = () => {
    looks += 1
    if (looks !== nth) return
    renameSync(join(source, 'lib'), join(folder, 'lib'))
    symlinkSync(join(folder, 'private'), join(source, 'lib'))
  }
  return { source, copy: join(folder, 'copy'), signal }
}

describe('copyFolder()', () => {
  it.runIf(process.platform === 'linux')(
    'follows no link that takes the place of a folder after it was listed',
    async () => {
      await using folder = await temporaryFolder()
      const { source, copy, signal } = await swapping(folder.path, 1)
      await expect(copyFolder(source, copy, { leaveOut, signal })).rejects.toMatchObject({
        code: 'MB_PLUGIN_SOURCE',
        message: `Cannot install "${join(source, 'lib')}": it is a link`,
      })
      expect(await readdir(copy)).toEqual([])
    },
  )

  it.runIf(process.platform === 'linux')(
    'stays in a folder when a link takes its place',
    async () => {
      await using folder = await temporaryFolder()
      const { source, copy, signal } = await swapping(folder.path, 2)
      await copyFolder(source, copy, { leaveOut, signal })
      expect(await readFile(join(copy, 'lib/key'), 'utf8')).toBe('of the plugin')
    },
  )

  it('takes a folder that the person named by a link', async () => {
    await using folder = await temporaryFolder()
    await mkdir(join(folder.path, 'real'))
    await writeFile(join(folder.path, 'real/file'), 'content')
    await symlink('real', join(folder.path, 'link'))
    await copyFolder(join(folder.path, 'link'), join(folder.path, 'copy'), { leaveOut })
    expect(await readFile(join(folder.path, 'copy/file'), 'utf8')).toBe('content')
  })
})
