import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRegistry, type Registry } from './registry.ts'
import { runProgram, type Outcome } from './tour/run-program.ts'
import { readWorkspaces, root, type Workspace } from './workspaces.ts'

/*
 * What users get: each tarball, installed from a registry into an empty project elsewhere, has types that hold under
 * strict settings without skipping libraries, and runs the first example of its README.
 */
const libraries = (await readWorkspaces()).filter(
  (workspace) => !workspace.isPrivate && workspace.directory.startsWith('libs/'),
)

let registry: Registry
let folder: string

beforeAll(async () => {
  registry = await startRegistry()
  folder = await mkdtemp(join(tmpdir(), 'mb-packed-'))
})

afterAll(async () => {
  await registry[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

function run(command: string, parameters: readonly string[], cwd: string): Promise<Outcome> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE_OPTIONS|VITEST)/i.test(name),
  )
  return runProgram(command, parameters, {
    cwd,
    env: { ...Object.fromEntries(kept), ...registry.env },
  })
}

/** The first `ts` block, which is the smallest useful program. */
async function firstExample({ directory }: Workspace): Promise<string> {
  const readme = await readFile(join(root, directory, 'README.md'), 'utf8')
  const block = /^```ts\n(.*?)^```$/ms.exec(readme)
  if (block?.[1] === undefined) throw new Error(`Cannot find a ts block in ${directory}/README.md`)
  return block[1]
}

const settings = {
  compilerOptions: {
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
    types: ['node'],
  },
}

describe('the packed tarball', () => {
  it.each(libraries.map((library) => [library.name, library] as const))(
    '%s installs into an empty project, type-checks, and runs its README example',
    async (name, library) => {
      const project = join(folder, name.replace('/', '-'))
      await mkdir(project)
      await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }')
      await writeFile(join(project, 'tsconfig.json'), JSON.stringify(settings))
      await writeFile(join(project, 'example.ts'), await firstExample(library))

      const installed = await run('npm', ['install', name, '@types/node@24'], project)
      const checked = await run(join(root, 'node_modules', '.bin', 'tsc'), ['-p', '.'], project)
      const ran = await run(process.execPath, ['example.ts'], project)

      expect(installed).toMatchObject({ code: 0 })
      expect(checked).toMatchObject({ code: 0, stdout: '' })
      expect(ran).toMatchObject({ code: 0, stderr: '' })
    },
    180_000,
  )
})

describe('npm create mb-plugin', () => {
  it('makes a project that installs, is green, and builds', async () => {
    const project = join(folder, 'notes')

    const created = await run('npm', ['create', '--yes', 'mb-plugin@latest', 'notes'], folder)
    const installed = await run('npm', ['install'], project)
    const tested = await run('npm', ['test'], project)
    const typed = await run('npm', ['run', 'types'], project)
    const built = await run('npm', ['run', 'build'], project)

    const outcomes = { created, installed, tested, typed, built }
    expect(outcomes).toMatchObject({
      created: { code: 0 },
      installed: { code: 0 },
      tested: { code: 0 },
      typed: { code: 0 },
      built: { code: 0 },
    })
    expect(await readdir(join(project, 'dist'))).toContain('index.mjs')
  }, 180_000)
})

describe('the packed @mb/cli', () => {
  it('installs mb and milkbottle, which work', async () => {
    const project = join(folder, 'cli')
    await mkdir(project)
    await writeFile(join(project, 'package.json'), '{ "private": true }')

    const installed = await run('npm', ['install', '@mb/cli'], project)
    const version = await run('node_modules/.bin/mb', ['--version'], project)
    const templates = await run(
      'node_modules/.bin/milkbottle',
      ['sdk', 'templates', '--json'],
      project,
    )

    expect(installed).toMatchObject({ code: 0 })
    expect(version).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^(?:mb )?\d+\.\d+\.\d+/),
    })
    expect(templates).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(templates.stdout)).toMatchObject([{ name: 'basic' }])
  }, 180_000)
})
