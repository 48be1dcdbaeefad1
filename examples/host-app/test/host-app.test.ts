import { spawn, spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { inspectBackends } from '@mb/sandbox'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const program = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const examples = fileURLToPath(new URL('../../plugins', import.meta.url))
const requireEngines = process.env['MB_REQUIRE_ENGINES'] === '1'
const backends = await inspectBackends({ isFirstEnough: true })
const isSkipped = !requireEngines && !backends.some(({ usable }) => usable)

const hasPython = requireEngines || spawnSync('python3', ['--version']).status === 0
const names = ['hello-world', ...(hasPython ? ['hello-python'] : [])]

let folder: string
let plugins: string

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'greeter-')))
  await writeFile(join(folder, 'names.txt'), 'Ada\nBen\n')
  plugins = join(folder, 'plugins')
  await cp(join(examples, 'hello-python'), join(plugins, 'hello-python'), { recursive: true })
  await buildHelloWorld(join(plugins, 'hello-world'))
})

afterAll(async () => {
  await rm(folder, { recursive: true })
})

/** Builds into a folder of its own: other tests build the same plugin at the same time. */
async function buildHelloWorld(target: string): Promise<void> {
  const source = join(examples, 'hello-world')
  await mkdir(target, { recursive: true })
  await cp(join(source, 'plugin.yaml'), join(target, 'plugin.yaml'))
  const words = ['run', 'build', '--', `--outfile=${join(target, 'dist', 'index.mjs')}`]
  const built = spawnSync('npm', words, { cwd: source, encoding: 'utf8' })
  if (built.status !== 0) throw new Error(`Cannot build hello-world: ${built.stderr}`)
}

/** Runs the tool from its sources. */
async function greeter(
  words: readonly string[],
  input = '',
): Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }> {
  const started = spawn(process.execPath, ['--conditions=@mb/source', program, ...words], {
    cwd: folder,
    env: { ...process.env, GREETER_HOME: join(folder, 'home') },
  })
  const { promise, resolve } = Promise.withResolvers<number | null>()
  started.on('close', resolve)
  started.stdin.end(input)
  const [stdout, stderr] = await Promise.all([text(started.stdout), text(started.stderr)])
  return { status: await promise, stdout, stderr }
}

describe('greeter', () => {
  it('installs nothing that nobody agreed to', async () => {
    const refused = await greeter(['install', join(plugins, 'hello-python')], 'n\n')
    expect(refused).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('It asks for nothing.'),
      stderr: expect.stringContaining('hello-python'),
    })
    expect(await greeter(['install', join(plugins, 'hello-python')])).toMatchObject({ status: 1 })
    expect(await greeter(['list'])).toEqual({ status: 0, stdout: '', stderr: '' })
  })

  it.skipIf(isSkipped).each(names)('installs and runs %s', async (name) => {
    const installed = await greeter(['install', join(plugins, name)], 'y\n')
    expect(installed).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(`Installed local/${name} 1.0.0\n`),
    })
    expect((await greeter(['list'])).stdout).toContain(
      `local/${name}  Greets people by name, and remembers how many\n`,
    )
    const first = await greeter(['run', name, name, 'name=Ada', 'greeting=Good day', 'count=true'])
    expect(first).toEqual({
      status: 0,
      stdout: 'Good day, Ada!\nGreeted so far: 1\n',
      stderr: '',
    })
    const second = await greeter(['run', name, name, 'from=names.txt', 'count=true'])
    expect(second).toEqual({
      status: 0,
      stdout: 'Hello, Ada!\nHello, Ben!\nGreeted so far: 3\n',
      stderr: '',
    })
  })

  it.skipIf(isSkipped)('tells what is wrong with what was typed', async () => {
    const wrong = await greeter(['run', 'hello-world', 'hello-world', 'greting=Hi'])
    expect(wrong).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'Cannot run command "hello-world": it has no option "greting"\nDid you mean "greeting"?\n',
    })
  })
})
