import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findLayerBreaches } from './layers/find-breaches.ts'
import { parseLayers, type Layer } from './layers/layer-table.ts'
import { readImports } from './layers/source-imports.ts'
import { runProgram } from './tour/run-program.ts'
import { readWorkspaces, root } from './workspaces.ts'

const page = await readFile(join(root, 'docs/architecture.md'), 'utf8')
const layers = parseLayers(page)
const directories = layers.map(({ directory }) => directory)

describe('parseLayers()', () => {
  it('reads directory, name and what may be imported', () => {
    const text = table('| `libs/a` | x | nothing |', '| `apps/b` | `y` | `a` |')
    expect(parseLayers(text)).toEqual([
      { directory: 'libs/a', name: 'a', packageName: '@mb/a', mayImport: [] },
      { directory: 'apps/b', name: 'b', packageName: '@mb/b', mayImport: ['a'] },
    ])
  })

  it('refuses a table that is a circle', () => {
    const text = table('| `libs/a` | x | `b` |', '| `libs/b` | y | `a` |')
    expect(() => parseLayers(text)).toThrow('a may import b, which is not above it')
  })

  it('refuses a page without a table', () => {
    expect(() => parseLayers('# Nothing')).toThrow('the page has no table')
  })
})

describe('readImports()', () => {
  it('sees every way to name a module', () => {
    const text = `import a from 'a'
import type { B } from "b"
import 'c'
export * from 'd'
export type { E } from 'e'
const f = await import('f')
const g = import(\`g\`)
const h = import(name)
// import 'not-this'
const text = "import 'nor-this'"
`
    expect(readImports('x.ts', text)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'])
  })
})

describe('the layers of this repository', () => {
  it('agree in the table, package.json, tsconfig.json, the linter and the sources', async () => {
    const packages = (await readWorkspaces()).map(({ directory }) => directory)
    const all = packages.filter((directory) => directory !== 'tools')
    expect(await findLayerBreaches(root, layers, all)).toEqual([])
  })
})

describe('findLayerBreaches()', () => {
  it('finds nothing in a copy as it is', async () => {
    expect(await findLayerBreaches(await copyOfRepository(), layers, directories)).toEqual([])
  })

  it('finds a package that no row names', async () => {
    const breaches = await findLayerBreaches(root, layers, [...directories, 'libs/utils'])
    expect(breaches).toEqual(['docs/architecture.md has no row for libs/utils'])
  })

  it('finds a dependency upwards, and a reference that goes with none', async () => {
    const copy = await copyOfRepository()
    await edit(copy, 'libs/kernel/package.json', (text) =>
      text.replace('"dependencies": {', '"dependencies": { "@mb/sdk": "^0.1.0",'),
    )
    await edit(copy, 'libs/sandbox/tsconfig.json', (text) =>
      text.replace(/"references": \[/, '"references": [{ "path": "../manifest" }, '),
    )
    expect(await findLayerBreaches(copy, layers, directories)).toEqual([
      'libs/kernel/package.json: may not depend on sdk',
      'libs/kernel/tsconfig.json: references nothing, but package.json needs libs/sdk',
      'libs/sandbox/tsconfig.json: references libs/manifest, libs/kernel, but package.json needs libs/kernel',
    ])
  })

  it('finds what the linter does not look at: import(), and a path into another package', async () => {
    const copy = await copyOfRepository({
      'libs/kernel/src/lazy.ts': "export const lazy = () => import('@mb/sdk')",
      'libs/kernel/src/path.ts': "export * from '../../sdk/src/index.ts'",
    })
    expect(await findLayerBreaches(copy, layers, directories)).toEqual([
      'libs/kernel/src/lazy.ts imports @mb/sdk: kernel may not import sdk',
      'libs/kernel/src/path.ts imports ../../sdk/src/index.ts: it leaves the package',
    ])
  })

  it('finds a restriction that was taken out of the linter', async () => {
    const copy = await copyOfRepository()
    await edit(copy, '.oxlintrc.json', (text) => text.replace('"!@mb/kernel",', ''))
    expect(await findLayerBreaches(copy, layers, directories)).toEqual([
      '.oxlintrc.json: the restricted imports are not those of the table',
    ])
  })
})

describe('the linter', () => {
  it('forbids every import that the table does not allow, and no other', async () => {
    const files = Object.fromEntries(
      layers.flatMap((from) => layers.map((to) => [plantName(from, to), plant(to)])),
    )
    const refused = await lint(await copyOfRepository(files), 'eslint(no-restricted-imports)')
    const forbidden = layers.flatMap((from) =>
      layers.filter(({ name }) => !from.mayImport.includes(name)).map((to) => plantName(from, to)),
    )
    expect(refused).toEqual({ code: 1, files: forbidden.toSorted() })
  })

  it('fails on a circle of imports, and passes the same files without it', async () => {
    const files = {
      'libs/kernel/src/chicken.ts':
        "import { egg } from './egg.ts'\nexport const chicken = { egg }",
      'libs/kernel/src/egg.ts':
        "import { chicken } from './chicken.ts'\nexport const egg = { chicken }",
    }
    const copy = await copyOfRepository(files)
    expect(await lint(copy, 'import(no-cycle)')).toEqual({
      code: 1,
      files: Object.keys(files),
    })
    await writeFile(join(copy, 'libs/kernel/src/egg.ts'), 'export const egg = {}')
    expect((await lint(copy, 'import(no-cycle)')).files).toEqual([])
  })
})

const table = (...rows: string[]): string =>
  ['| package | job | may import |', '| --- | --- | --- |', ...rows].join('\n')

const plantName = (from: Layer, to: Layer): string => `${from.directory}/src/imports-${to.name}.ts`

const plant = ({ packageName }: Layer): string =>
  `import { whole } from '${packageName}'\nimport type { Part } from '${packageName}/part'\nexport const value: Part = whole`

/** The settings of this repository in a folder of their own, with sources that are planted. */
async function copyOfRepository(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const copy = await realpath(await mkdtemp(join(tmpdir(), 'mb-layers-')))
  onTestFinished(() => rm(copy, { recursive: true }))
  const settings = directories.flatMap((each) => [`${each}/package.json`, `${each}/tsconfig.json`])
  for (const file of ['.oxlintrc.json', 'tsconfig.base.json', ...settings]) {
    await mkdir(dirname(join(copy, file)), { recursive: true })
    await cp(join(root, file), join(copy, file))
  }
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(copy, file)), { recursive: true })
    await writeFile(join(copy, file), text)
  }
  return copy
}

async function edit(copy: string, file: string, change: (text: string) => string): Promise<void> {
  const before = await readFile(join(copy, file), 'utf8')
  const after = change(before)
  if (after === before) throw new Error(`The edit of ${file} changes nothing`)
  await writeFile(join(copy, file), after)
}

/** The files that break a rule, as oxlint tells by the settings of this repository. */
async function lint(
  copy: string,
  rule: string,
): Promise<{ code: number | null; files: readonly string[] }> {
  const oxlint = join(root, 'node_modules/.bin/oxlint')
  const { code, stdout, stderr } = await runProgram(oxlint, ['--format', 'json'], {
    cwd: copy,
    env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH']}` },
  })
  const { diagnostics } = JSON.parse(stdout || stderr)
  const files: string[] = diagnostics
    .filter((each: { code: string }) => each.code === rule)
    .map((each: { filename: string }) => each.filename)
  return { code, files: [...new Set(files)].toSorted() }
}
