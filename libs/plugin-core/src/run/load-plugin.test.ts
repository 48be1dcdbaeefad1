import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { silentLogger, systemClock } from '@mb/kernel'
import { parseManifest } from '@mb/manifest'
import { inspectBackends } from '@mb/sandbox'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runPlugin } from './run-plugin.ts'
import type { RunResult } from './run-request.ts'

const requireEngines = process.env['MB_REQUIRE_ENGINES'] === '1'
const backends = await inspectBackends({ isFirstEnough: true })
const isSkipped = !requireEngines && !backends.some(({ usable }) => usable)

let folder: string

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'mb-load-')))
  await Promise.all(['home', 'work', 'plugin'].map((name) => mkdir(join(folder, name))))
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

async function run(code: string): Promise<RunResult> {
  await writeFile(join(folder, 'plugin', 'index.mjs'), code)
  const manifest = parseManifest(
    JSON.stringify({
      name: 'broken',
      version: '1.0.0',
      description: 'Broken',
      author: 'Test',
      license: 'MIT',
      entry: 'index.mjs',
      commands: [{ name: 'run', summary: 'Runs' }],
    }),
    { format: 'json' },
  )
  return await runPlugin({
    id: 'local/broken',
    directory: join(folder, 'plugin'),
    manifest,
    permissions: manifest.permissions,
    command: 'run',
    home: join(folder, 'home'),
    workspace: join(folder, 'work'),
    logger: silentLogger,
    clock: systemClock,
  })
}

describe.skipIf(isSkipped)('runPlugin(), the code of a plugin', () => {
  it.each([
    ['export const nothing = 1', 'its entry has no default export'],
    ['export default 7', 'the default export of its entry is no plugin'],
    ['export default { activate: 1 }', '"activate" of its default export is no function'],
    ['export default { commands: { run: 1 } }', 'its command "run" is no function'],
    ['export default { commands: null }', '"commands" of its default export is no object'],
    ['export default { hooks: { after: 1 } }', 'its hook "after" is no function'],
    ['export default { completions: [] , hooks: 1 }', '"hooks" of its default export is no object'],
    ['export default { services: { a: 1 } }', '"services.a" of its default export is no object'],
    ['export default { services: { a: { b: 1 } } }', 'its service "a.b" is no function'],
  ])('that is no plugin is told so: %s', async (code, reason) => {
    await expect(run(code)).rejects.toMatchObject({
      code: 'MB_PLUGIN_LOAD',
      message: `Cannot initialize plugin "local/broken": ${reason}: write "export default definePlugin({ … })"`,
      details: { plugin: 'local/broken', stage: 'initialize' },
    })
  })

  it.each([
    ["import 'not-there'", "Cannot find package 'not-there'"],
    ['export default {', 'Unexpected end of input'],
    ["throw new Error('at the top')", 'at the top'],
    ["import { readFileSync } from 'node:fs'; readFileSync('/etc/shadow')", 'restricted'],
  ])('that cannot be imported is told why: %s', async (code, reason) => {
    await expect(run(code)).rejects.toMatchObject({
      code: 'MB_PLUGIN_LOAD',
      message: expect.stringContaining(reason),
    })
  })

  it('that lacks a declared command is told so', async () => {
    await expect(run('export default {}')).rejects.toMatchObject({
      code: 'MB_PLUGIN_LOAD',
      message:
        'Cannot run command "run" of plugin "local/broken": its manifest declares the command "run", its code does not have it',
    })
  })

  it('that fails in a stage is told by its name', async () => {
    const code =
      "export default { activate() { throw new Error('not today') }, commands: { run() {} } }"
    await expect(run(code)).rejects.toMatchObject({
      code: 'MB_PLUGIN_FAILED',
      message: 'Cannot activate plugin "local/broken": Error: not today',
      details: { stage: 'activate' },
    })
  })

  it('that fails after its command has done it all the same', async () => {
    const code = `export default {
      deactivate() { throw new Error('late') },
      cleanup() { process.exit(9) },
      commands: { run: () => 'done' },
    }`
    expect(await run(code)).toMatchObject({ value: 'done' })
  })

  it('that exits while it loads is told as a crash', async () => {
    await expect(run('process.exit(4)')).rejects.toMatchObject({
      code: 'MB_PLUGIN_CRASHED',
      message:
        'Cannot initialize plugin "local/broken": it exited with status 4 before it answered',
    })
  })

  it('runs at the same time as itself', async () => {
    const code = 'export default { commands: { run: (_, { kv }) => kv.set("a", 1) } }'
    const results = await Promise.all([run(code), run(code), run(code)])
    expect(results.map(({ value }) => value)).toEqual([null, null, null])
  })
})

describe('the runner', () => {
  it('started by hand says what it is', async () => {
    const runner = fileURLToPath(new URL('../runner.ts', import.meta.url))
    const { MB_PLUGIN_COOKIE: _, ...env } = process.env
    await expect(
      promisify(execFile)(process.execPath, [runner, 'index.mjs'], { env }),
    ).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr:
        'This is a plugin of MilkBottle, no program of its own.\nRun it through the host: mb plugin run NAME COMMAND\n',
    })
  })
})
