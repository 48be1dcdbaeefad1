import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../fixtures/plugin-folder.ts'
import { removeTree } from './remove-tree.ts'

const isLinux = process.platform === 'linux'

/** Runs a program of Node.js; its process. */
function program(text: string, ...words: readonly string[]): ReturnType<typeof spawn> {
  return spawn(process.execPath, ['-e', text, '--', ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** Makes folders in folders, deeper than any path may be long. */
const dig = `
  process.chdir(process.argv[1])
  for (let depth = 0; depth < 40; depth += 1) {
    require('node:fs').mkdirSync('d'.repeat(200))
    process.chdir('d'.repeat(200))
  }
  require('node:fs').writeFileSync('deepest', '')
`

/** Puts links in the place of folders and folders in the place of links, for ever. */
const swap = `
  const { renameSync } = require('node:fs')
  process.chdir(process.argv[1])
  process.stdout.write('ready')
  for (;;)
    for (let at = 0; at < 30; at += 1)
      for (const [from, to] of [['d', 'x'], ['l', 'd'], ['d', 'l'], ['x', 'd']])
        try { renameSync(from + at, to + at) } catch {}
`

describe('removeTree()', () => {
  it('removes files, folders and links, and what no link leads to stays', async () => {
    await using folder = await temporaryFolder()
    const [tree, mine] = [join(folder.path, 'tree'), join(folder.path, 'mine')]
    await mkdir(join(tree, 'a/b/c'), { recursive: true })
    await mkdir(mine)
    await writeFile(join(mine, 'precious'), '')
    await writeFile(join(tree, 'a/b/file'), '')
    await symlink(mine, join(tree, 'a/link'))
    await removeTree(tree)
    await removeTree(tree)
    expect([existsSync(tree), await readdir(mine)]).toEqual([false, ['precious']])
    await symlink(mine, tree)
    await removeTree(tree)
    expect([existsSync(tree), await readdir(mine)]).toEqual([false, ['precious']])
  })

  it.runIf(isLinux)(
    'removes what is too deep for a path, which a plain removal does not',
    async () => {
      await using folder = await temporaryFolder()
      const tree = join(folder.path, 'tree')
      await mkdir(tree)
      await once(program(dig, tree), 'close')
      await expect(rm(tree, { recursive: true, force: true })).rejects.toMatchObject({
        code: 'ENAMETOOLONG',
      })
      await removeTree(tree)
      expect(await readdir(folder.path)).toEqual([])
    },
  )

  it.runIf(isLinux)('removes what nobody may read or write', async () => {
    await using folder = await temporaryFolder()
    const tree = join(folder.path, 'tree')
    await mkdir(join(tree, 'a/b'), { recursive: true })
    await writeFile(join(tree, 'a/b/file'), '')
    for (const path of ['a/b', 'a', '']) await chmod(join(tree, path), 0)
    await removeTree(tree)
    expect(await readdir(folder.path)).toEqual([])
  })

  it.runIf(isLinux)(
    'is not led out by links that take the place of folders meanwhile',
    async () => {
      await using folder = await temporaryFolder()
      const [tree, mine] = [join(folder.path, 'tree'), join(folder.path, 'mine')]
      const precious = Array.from({ length: 20 }, (_, at) => `precious-${at}`)
      await mkdir(mine)
      for (const name of precious) await writeFile(join(mine, name), '')
      await mkdir(tree)
      const swapper = program(swap, tree)
      try {
        if (swapper.stdout !== null) await once(swapper.stdout, 'data')
        for (let round = 0; round < 10; round += 1) {
          for (let at = 0; at < 30; at += 1) {
            await mkdir(join(tree, `d${at}/e`), { recursive: true }).catch(() => {})
            await symlink(mine, join(tree, `l${at}`)).catch(() => {})
          }
          await removeTree(tree).catch(() => {})
          await mkdir(tree, { recursive: true })
        }
      } finally {
        const closed = once(swapper, 'close')
        swapper.kill('SIGKILL')
        await closed
      }
      expect((await readdir(mine)).toSorted()).toEqual(precious.toSorted())
    },
  )
})
