import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { silentLogger, systemClock } from '@mb/kernel'
import { parseManifest } from '@mb/manifest'
import { inspectBackends } from '@mb/sandbox'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pythonOfTests } from '../fixtures/python.ts'
import { findPythonLibrary } from './find-python-library.ts'
import { runPlugin } from './run-plugin.ts'
import type { RunResult } from './run-request.ts'

const requireEngines = process.env['MB_REQUIRE_ENGINES'] === '1'
const backends = await inspectBackends({ isFirstEnough: true })
const python = (await pythonOfTests()) ?? ''
const hasPython = python !== ''
const isSkipped = !requireEngines && (!hasPython || !backends.some(({ usable }) => usable))

const header = 'from milkbottle import Plugin\nplugin = Plugin()\n'
const honest = `${header}@plugin.command('run')\ndef run(invocation, context): return __name__\n`

let folder: string

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'mb-python-')))
  await Promise.all(['home', 'work', 'plugin'].map((name) => mkdir(join(folder, name))))
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

/** Runs what some files of a plugin make. */
async function run(
  entry: string,
  files: Readonly<Record<string, string>>,
  more: Readonly<Record<string, unknown>> = {},
): Promise<RunResult> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, 'plugin', path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }
  const manifest = parseManifest(
    JSON.stringify({
      name: 'notes',
      version: '1.0.0',
      description: 'Notes',
      author: 'Test',
      license: 'MIT',
      entry,
      commands: [{ name: 'run', summary: 'Runs' }],
      ...more,
    }),
    { format: 'json' },
  )
  return await runPlugin({
    id: 'local/notes',
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

describe.skipIf(isSkipped)('a plugin in Python', () => {
  it.each([
    ['a file', 'notes.py', { 'notes.py': honest }, 'notes'],
    ['a file in a folder', 'src/notes.py', { 'src/notes.py': honest }, 'notes'],
    ['a file named as a module of Python', 'json.py', { 'json.py': honest }, '__plugin__'],
    ['a module', 'notes.main', { 'notes/main.py': honest }, 'notes.main'],
    ['a package', 'notes.main', { 'notes/main/__init__.py': honest }, 'notes.main'],
    [
      'a package that is run',
      'notes.main',
      { 'notes/main/__init__.py': '', 'notes/main/__main__.py': honest },
      'notes.main.__main__',
    ],
    [
      'a file with neighbours',
      'src/notes.py',
      { 'src/notes.py': `import near, far\n${honest}`, 'src/near.py': '', 'far.py': '' },
      'notes',
    ],
    [
      'a file that is a program too',
      'notes.py',
      { 'notes.py': `${honest}if __name__ == '__main__':\n  plugin.run()\n` },
      'notes',
    ],
    [
      'a plugin of another name',
      'notes.py',
      { 'notes.py': honest.replaceAll('plugin', 'it') },
      'notes',
    ],
  ])('is loaded from %s', async (_, entry, files, name) => {
    expect((await run(entry, files)).value).toBe(name)
  })

  it('is loaded from an archive made by zipapp', async () => {
    const source = join(folder, 'source')
    await mkdir(source)
    await writeFile(join(source, '__main__.py'), `${honest}plugin.run()\n`)
    const target = join(folder, 'plugin', 'notes.pyz')
    await promisify(execFile)(python, ['-m', 'zipapp', source, '-o', target])
    expect((await run('notes.pyz', {})).value).toBe('__main__')
  })

  it('is run with the library that it brings', async () => {
    await cp(findPythonLibrary(), join(folder, 'plugin', 'milkbottle.py'))
    const code = `import milkbottle\n${honest.replace('__name__', 'milkbottle.__file__')}`
    expect((await run('notes.py', { 'notes.py': code })).value).toBe(
      join(folder, 'plugin', 'milkbottle.py'),
    )
  })

  it('imports packages that came with it, which hide nothing of Python itself', async () => {
    const info = 'vendor/python/mood-2.1.dist-info/METADATA'
    const files = {
      'notes.py': `import json, mood\n${honest.replace('__name__', '[mood.smile(), json.dumps([])]')}`,
      'vendor/python/mood/__init__.py': 'from .face import smile\n',
      'vendor/python/mood/face.py': 'def smile(): return ":-)"\n',
      'vendor/python/json.py': 'raise ValueError("not the one")\n',
      [info]: 'Name: mood\nVersion: 2.1\n',
    }
    const { value } = await run('notes.py', files, { dependencies: ['mood>=2'] })
    expect(value).toEqual([':-)', '[]'])
  })

  it('imports native code that came with it', async (context) => {
    const ask = `import sysconfig; print(sysconfig.get_config_var('DESTSHARED')); print(sysconfig.get_config_var('EXT_SUFFIX'))`
    const { stdout } = await promisify(execFile)(python, ['-I', '-c', ask])
    const [shared = '', suffix = ''] = stdout.split('\n')
    // A part of Python that is a file of its own stands for what a wheel would bring.
    const native = join(shared, `audioop${suffix}`)
    if (!existsSync(native)) return context.skip('this Python has no such part')
    const target = join(folder, 'plugin/vendor/python/mood', `audioop${suffix}`)
    await mkdir(dirname(target), { recursive: true })
    await cp(native, target)
    const { value } = await run('notes.py', {
      'notes.py': `from mood import audioop\n${honest.replace('__name__', '[audioop.__file__, audioop.max(b"\\x01\\x02", 1)]')}`,
      'vendor/python/mood/__init__.py': '',
      'vendor/python/mood-1.0.dist-info/METADATA': 'Name: mood\nVersion: 1.0\n',
    })
    return expect(value).toEqual([target, 2])
  })

  it('awaits what is declared with async', async () => {
    const code = `import asyncio\n${header}@plugin.command('run')\nasync def run(invocation, context):\n  await asyncio.sleep(0)\n  return 'awaited'\n`
    expect((await run('notes.py', { 'notes.py': code })).value).toBe('awaited')
  })

  it.each([
    ['x = 1', 'its entry makes no plugin: write "plugin = Plugin()"'],
    [
      'from milkbottle import Plugin\na = Plugin()\nb = Plugin()',
      'its entry makes more than one plugin: write "plugin = Plugin()"',
    ],
    ['import not_there', "ModuleNotFoundError: No module named 'not_there'"],
    ['import requests', "ModuleNotFoundError: No module named 'requests'"],
    ['def f(:', 'SyntaxError: invalid syntax (notes.py, line 1)'],
    ["raise ValueError('at the top')", 'ValueError: at the top'],
  ])('that cannot be loaded is told why: %s', async (code, reason) => {
    await expect(run('notes.py', { 'notes.py': code })).rejects.toMatchObject({
      code: 'MB_PLUGIN_LOAD',
      message: `Cannot initialize plugin "local/notes": ${reason}`,
      details: { plugin: 'local/notes', stage: 'initialize' },
    })
  })

  it('that lacks a declared command is told so', async () => {
    await expect(run('notes.py', { 'notes.py': header })).rejects.toMatchObject({
      code: 'MB_PLUGIN_LOAD',
      message:
        'Cannot run command "run" of plugin "local/notes": its manifest declares the command "run", its code does not have it',
    })
  })

  it('that exits while it loads is told as a crash', async () => {
    const code = 'import sys\nsys.exit(4)'
    await expect(run('notes.py', { 'notes.py': code })).rejects.toMatchObject({
      code: 'MB_PLUGIN_CRASHED',
      message: 'Cannot initialize plugin "local/notes": it exited with status 4 before it answered',
    })
  })

  it('that returns what JSON does not have is told so', async () => {
    const code = honest.replace('__name__', '{1, 2}')
    await expect(run('notes.py', { 'notes.py': code })).rejects.toMatchObject({
      code: 'MB_PLUGIN_FAILED',
      message: expect.stringContaining('the result cannot be sent: Object of type set is not JSON'),
    })
  })

  it('that needs another Python is told which', async () => {
    await expect(
      run('notes.py', { 'notes.py': honest }, { engines: { python: '>=3.99' } }),
    ).rejects.toMatchObject({
      code: 'MB_PLUGIN_RUNTIME',
      message: expect.stringMatching(/^Cannot run plugin "local\/notes": it needs Python >=3\.99/),
    })
  })
})

describe.skipIf(!hasPython)('milkbottle.py', () => {
  it.each([[[]], [['/somewhere', 'notes.py']]])(
    'started by hand with %j says what it is',
    async (words) => {
      const { MB_PLUGIN_COOKIE: _, ...env } = process.env
      const started = promisify(execFile)(python, [findPythonLibrary(), ...words], { env })
      await expect(started).rejects.toMatchObject({
        code: 1,
        stdout: '',
        stderr:
          'This is a plugin of MilkBottle, no program of its own.\nRun it through the host: mb plugin run NAME COMMAND\n',
      })
    },
  )

  it('does nothing when it is imported', async () => {
    const script =
      'import sys, threading; before = set(sys.path_hooks); import milkbottle; print(threading.active_count(), set(sys.path_hooks) == before)'
    const env = { ...process.env, PYTHONPATH: dirname(findPythonLibrary()) }
    const { stdout } = await promisify(execFile)(python, ['-B', '-c', script], { env })
    expect(stdout).toBe('1 True\n')
  })

  it('passes its own tests', async () => {
    const tests = fileURLToPath(new URL('../../test/python/test_milkbottle.py', import.meta.url))
    const { stderr } = await promisify(execFile)(python, ['-B', tests])
    expect(stderr).toMatch(/^Ran \d{2,} tests in .*\n\nOK\n$/m)
  }, 120_000)
})
