import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { findBenches } from './find-benches.ts'

const scenario = (name: string): string =>
  `export const bench = { name: '${name}', run: async () => [{ name: 'x', value: 1, unit: 'ms', ok: true }] }\n`

async function checkout(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'benches-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  return folder
}

it('findBenches() finds the scenarios of every package, and none of a dependency', async () => {
  const root = await checkout({
    'libs/one/bench/slow.bench.ts': scenario('slow'),
    'apps/two/src/deep/bench/deep.bench.ts': scenario('deep'),
    'libs/one/bench/helper.ts': 'throw new Error("not a scenario")',
    'libs/one/node_modules/x/bench/theirs.bench.ts': scenario('theirs'),
    'libs/one/dist/bench/built.bench.ts': scenario('built'),
  })
  expect([...(await findBenches(root)).keys()]).toEqual(['deep', 'slow'])
})

it('findBenches() refuses a module that is no scenario', async () => {
  const root = await checkout({ 'libs/one/bench/odd.bench.ts': 'export const bench = { name: 1 }' })
  await expect(findBenches(root)).rejects.toThrow(
    'Cannot load libs/one/bench/odd.bench.ts: it exports no `bench` of { name, run() }',
  )
})

it('findBenches() refuses two scenarios of one name', async () => {
  const root = await checkout({
    'libs/a/bench/x.bench.ts': scenario('same'),
    'libs/b/bench/x.bench.ts': scenario('same'),
  })
  await expect(findBenches(root)).rejects.toThrow('libs/b/bench/x.bench.ts is called "same" too')
})
