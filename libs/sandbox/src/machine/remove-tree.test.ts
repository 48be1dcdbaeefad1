import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { removeTree } from './remove-tree.ts'

let base: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'mb-remove-'))
})
afterEach(() => {
  rmSync(base, { recursive: true, force: true })
})

describe('removeTree()', () => {
  it('removes files, closed folders and links, and nothing that those lead to', async () => {
    const tree = join(base, 'tree')
    mkdirSync(join(tree, 'a/b/c/d'), { recursive: true })
    writeFileSync(join(tree, 'a/b/c/d/file'), '')
    mkdirSync(join(base, 'outside'))
    writeFileSync(join(base, 'outside/kept'), '')
    symlinkSync(join(base, 'outside'), join(tree, 'a/link'))
    symlinkSync('nowhere', join(tree, 'a/b/dangling'))
    chmodSync(join(tree, 'a/b'), 0o000)
    await removeTree(tree)
    await removeTree(tree)
    expect(readdirSync(base)).toEqual(['outside'])
    expect(readdirSync(join(base, 'outside'))).toEqual(['kept'])
  })

  it('is led to no file outside by whoever swaps its folders for links meanwhile', async () => {
    const isHarmless = async (): Promise<boolean> => !(await losesOutside(removeTree))
    for (let run = 0; run < 3; run += 1) expect(await isHarmless()).toBe(true)
    // The control: to remove each by its path is.
    let runs = 0
    while (runs < 200 && !(await losesOutside(byPath))) runs += 1
    expect(runs).toBeLessThan(200)
  }, 120_000)
})

const byPath = (path: string): Promise<void> => rm(path, { recursive: true, force: true })

const names = Array.from({ length: 20 }, (_, index) => `n${index}`)

/** Whether files were removed outside of a tree, while a program swapped its folders for links to there and back. */
async function losesOutside(remove: (tree: string) => Promise<void>): Promise<boolean> {
  const [outside = '', tree = '', links = ''] = ['outside', 'tree', 'links'].map((name) =>
    join(base, name),
  )
  for (const folder of [outside, links, join(tree, 'home')]) mkdirSync(folder, { recursive: true })
  for (const name of names) {
    mkdirSync(join(tree, 'home', name))
    symlinkSync(outside, join(links, name))
    for (const file of names)
      for (const folder of [outside, join(tree, 'home', name)])
        writeFileSync(join(folder, file), '')
  }
  // renameat2(2) with RENAME_EXCHANGE
  const call = process.arch === 'arm64' ? 276 : 316
  const script = `chdir $ARGV[0]; $| = 1; print "on"; while (1) { for (0 .. ${names.length - 1}) { my ($a, $b) = ("n$_", "$ARGV[1]/n$_"); syscall(${call}, -100, $a, -100, $b, 2) } }`
  const swapper = spawn('perl', ['-e', script, join(tree, 'home'), links], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(swapper, 'exit')
  await once(swapper.stdout, 'data')
  // What was swapped just then may be left.
  await remove(tree).catch(() => {})
  swapper.kill('SIGKILL')
  await exited
  const isLost = names.some((name) => !existsSync(join(outside, name)))
  for (const folder of [outside, tree, links]) rmSync(folder, { recursive: true, force: true })
  return isLost
}
