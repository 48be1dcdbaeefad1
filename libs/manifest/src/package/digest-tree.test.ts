import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { sha256 } from '@mb/kernel'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readDigestTree } from './digest-tree.ts'

const runs = process.env['MB_TEST_SIZE'] === 'full' ? 200 : 20

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mb-tree-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

const name = fc
  .stringMatching(/^[a-z0-9ä💡][a-z0-9-]{0,8}$/u)
  .filter((text) => text === text.normalize('NFC'))
const files = fc.dictionary(
  fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/')),
  fc.string({ unit: 'binary' }),
  { minKeys: 1, maxKeys: 6 },
)

async function build(root: string, entries: readonly (readonly [string, string])[]): Promise<void> {
  for (const [path, content] of entries) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
}

/** Whether the files can stand in one folder at all: none is another's folder. */
function canStand(entries: readonly (readonly [string, string])[]): boolean {
  const paths = entries.map(([path]) => path)
  return paths.every((path) => !paths.some((other) => other.startsWith(`${path}/`)))
}

describe('readDigestTree()', () => {
  it('depends on names and contents alone, not on the order of writing', async () => {
    let count = 0
    await fc.assert(
      fc.asyncProperty(files, async (content) => {
        const entries = Object.entries(content)
        fc.pre(canStand(entries))
        count += 1
        await build(join(folder, `${count}-a`), entries)
        await build(join(folder, `${count}-b`), entries.toReversed())
        const [a, b] = await Promise.all([
          readDigestTree(join(folder, `${count}-a`)),
          readDigestTree(join(folder, `${count}-b`)),
        ])
        expect(a).toEqual(b)
        expect(Object.fromEntries(a.files.map((file) => [file.path, file.sha256]))).toEqual(
          Object.fromEntries(entries.map(([path, text]) => [path, sha256(text)])),
        )
      }),
      { numRuns: runs },
    )
  })

  it('changes with any byte', async () => {
    await build(folder, [['a', 'x']])
    const before = await readDigestTree(folder)
    await build(folder, [['a', 'y']])
    const after = await readDigestTree(folder)
    expect(after.digest).not.toBe(before.digest)
  })

  it('sorts by the bytes of UTF-8, where UTF-16 sorts otherwise', async () => {
    await build(folder, [
      ['💡', ''],
      ['ﷺ', ''],
      ['z', ''],
    ])
    const { files: listed } = await readDigestTree(folder)
    expect(listed.map(({ path }) => path)).toEqual(['z', 'ﷺ', '💡'])
  })

  it('leaves out .milkbottle at its root, and nowhere else', async () => {
    await build(folder, [
      ['a', ''],
      ['.milkbottle/tree.json', ''],
      ['b/.milkbottle/x', ''],
    ])
    const { files: listed } = await readDigestTree(folder)
    expect(listed.map(({ path }) => path)).toEqual(['a', 'b/.milkbottle/x'])
  })
})
