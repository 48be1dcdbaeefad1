import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { silentLogger, systemClock } from '@mb/kernel'
import { parseManifest } from '@mb/manifest'
import { inspectBackends } from '@mb/sandbox'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pythonOfTests } from '../fixtures/python.ts'
import { findPythonLibrary } from './find-python-library.ts'
import { runPlugin } from './run-plugin.ts'
import type { RunRequest } from './run-request.ts'

const requireEngines = process.env['MB_REQUIRE_ENGINES'] === '1'
const backends = await inspectBackends({ isFirstEnough: true })
const python = (await pythonOfTests()) ?? ''
const isSkipped = !requireEngines && (python === '' || !backends.some(({ usable }) => usable))

const fixture = fileURLToPath(new URL('../../test/fixtures/attacker/attacker.py', import.meta.url))

let folder: string
let data: string
let secret: string

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'mb-attack-')))
  await Promise.all(['home', 'work', 'plugin'].map((name) => mkdir(join(folder, name))))
  await cp(fixture, join(folder, 'plugin', 'attacker.py'))
  secret = join(folder, 'secret')
  await writeFile(secret, 'the secret')
  data = join(folder, 'home', 'data', 'local', 'attacker')
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

async function attack(
  name: string,
  argument: string,
  more: Partial<RunRequest> = {},
): Promise<unknown> {
  const manifest = parseManifest(
    JSON.stringify({
      name: 'attacker',
      version: '1.0.0',
      description: 'Attacks',
      author: 'Test',
      license: 'MIT',
      entry: 'attacker.py',
      commands: [{ name, summary: 'Attacks', arguments: [{ name: 'argument' }] }],
      permissions: { fs: { write: ['${data}/**'] }, env: ['PYTHONPATH'] },
    }),
    { format: 'json' },
  )
  const { value } = await runPlugin({
    id: 'local/attacker',
    directory: join(folder, 'plugin'),
    manifest,
    permissions: manifest.permissions,
    command: name,
    arguments: { argument },
    home: join(folder, 'home'),
    workspace: join(folder, 'work'),
    logger: silentLogger,
    clock: systemClock,
    ...more,
  })
  return value
}

/** The same attack without the sandbox: that it works there shows what the sandbox is for. */
async function unprotected(name: string, argument: string): Promise<unknown> {
  const env = { PYTHONPATH: dirname(findPythonLibrary()), PYTHONDONTWRITEBYTECODE: '1' }
  const words = [join(folder, 'plugin', 'attacker.py'), name.replaceAll('-', '_'), argument]
  const { stdout } = await promisify(execFile)(python, words, { env, timeout: 20_000 })
  return JSON.parse(stdout)
}

async function size(file: string): Promise<number> {
  return await stat(file).then(
    (facts) => facts.size,
    () => 0,
  )
}

describe.skipIf(isSkipped)('a hostile plugin in Python', () => {
  it('reads no file past the language, and does without the sandbox (control)', async () => {
    expect(await attack('read-by-libc', secret)).toBe('ENOENT')
    expect(await unprotected('read-by-libc', secret)).toBe('the secret')
  })

  it('finds no way around by the processes that it sees', async () => {
    expect(await attack('read-through-proc', secret)).toEqual([])
    expect(await unprotected('read-through-proc', secret)).toContain('the secret')
  })

  it('sees and signals no process of the host', async () => {
    const host = String(process.pid)
    // The number may be that of one of its own, which are few and low.
    expect(await attack('see-process', host)).toBe(false)
    expect(await attack('signal-process', host)).toBe('ESRCH')
    expect(await unprotected('see-process', host)).toBe(true)
    expect(await unprotected('signal-process', host)).toBe('done')
  })

  it.each([
    ['unix-socket', 'EPERM', 'done'],
    ['kernel-keys', 'EPERM', expect.stringMatching(/^(?!EPERM)/)],
  ])('is refused a call of the kernel: %s', async (name, refused, outside) => {
    expect(await attack(name, '')).toBe(refused)
    expect(await unprotected(name, '')).toEqual(outside)
  })

  it('makes no namespace of its own, also in a process that it started past the library', async () => {
    expect(await attack('new-namespace', '')).toBe('refused')
  })

  it('leaves no process behind, and does without the sandbox (control)', async () => {
    await attack('fork-by-libc', join(data, 'trace'))
    const then = await size(join(data, 'trace'))
    await sleep(500)
    expect(await size(join(data, 'trace'))).toBe(then)

    await unprotected('fork-by-libc', join(folder, 'work', 'trace'))
    const before = await size(join(folder, 'work', 'trace'))
    await expect.poll(() => size(join(folder, 'work', 'trace'))).toBeGreaterThan(before)
    // Until it is gone by itself.
    await expect.poll(() => size(join(folder, 'work', 'trace'))).toBe(60)
  })

  it('ends with its command, whatever its threads do', async () => {
    expect(await attack('endless-thread', '')).toBe('returned')
  })

  it('is ended at its deadline, whatever signals it ignores', async () => {
    await expect(
      attack('ignore-signals', '', { limits: { wallSeconds: 1 } }),
    ).rejects.toMatchObject({ code: 'MB_PLUGIN_DEADLINE' })
  })

  it('that leaves past the language is told as a crash', async () => {
    await expect(attack('leave-at-once', '7')).rejects.toMatchObject({
      code: 'MB_PLUGIN_CRASHED',
      message:
        'Cannot run command "leave-at-once" of plugin "local/attacker": it exited with status 7 before it answered',
    })
  })

  it('is cut off in a line without end', async () => {
    await expect(attack('long-line', '')).rejects.toMatchObject({
      code: 'MB_PLUGIN_PROTOCOL',
      details: { fault: 'too-long' },
    })
  })

  it('that answers one call twice wins nothing but its own answer', async () => {
    expect(await attack('answer-twice', '')).toBe('forged')
  })

  it('is run from its sources, whatever compiled files say, and without the flag is not (control)', async () => {
    const plugin = join(folder, 'plugin')
    await writeFile(join(plugin, 'helper.py'), "WHO = 'hidden'\n")
    const compile =
      "import py_compile as p; p.compile('helper.py', invalidation_mode=p.PycInvalidationMode.UNCHECKED_HASH)"
    await promisify(execFile)(python, ['-c', compile], { cwd: plugin })
    await writeFile(join(plugin, 'helper.py'), "WHO = 'scanned'\n")
    expect(await attack('imported', 'helper')).toBe('scanned')
    expect(await unprotected('imported', 'helper')).toBe('hidden')
  })

  it('gets no module from a compiled file without a source', async () => {
    const plugin = join(folder, 'plugin')
    await writeFile(join(plugin, 'source.py'), "WHO = 'hidden'\n")
    const compile = "import py_compile; py_compile.compile('source.py', 'hidden.pyc')"
    await promisify(execFile)(python, ['-c', compile], { cwd: plugin })
    await expect(attack('imported', 'hidden')).rejects.toMatchObject({ code: 'MB_PLUGIN_FAILED' })
    expect(await unprotected('imported', 'hidden')).toBe('hidden')
  })

  it('gets no module from its environment or from the folder that the person is in', async () => {
    const planted = join(folder, 'work', 'planted.py')
    await writeFile(planted, "WHO = 'planted'\n")
    process.env['PYTHONPATH'] = dirname(planted)
    try {
      await expect(attack('imported', 'planted')).rejects.toMatchObject({
        code: 'MB_PLUGIN_FAILED',
        message: expect.stringContaining("ModuleNotFoundError: No module named 'planted'"),
      })
    } finally {
      delete process.env['PYTHONPATH']
    }
  })

  it('leaves its files as they were', async () => {
    await attack('endless-thread', '')
    expect(await readFile(join(folder, 'plugin', 'attacker.py'))).toEqual(await readFile(fixture))
    await expect(stat(join(folder, 'plugin', '__pycache__'))).rejects.toMatchObject({
      code: 'ENOENT',
    })
  })
})
