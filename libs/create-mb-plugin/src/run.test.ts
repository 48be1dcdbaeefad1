import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { run } from './run.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'create-mb-plugin-'))
})

afterEach(() => rm(folder, { recursive: true }))

async function runWith(
  words: readonly string[],
  signal?: AbortSignal,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const printed = { stdout: '', stderr: '' }
  const code = await run(
    words,
    {
      stdout: { write: (text) => (printed.stdout += text) },
      stderr: { write: (text) => (printed.stderr += text) },
    },
    { signal },
  )
  return { code, ...printed }
}

describe('run()', () => {
  it('makes a plugin, and says what to type next', async () => {
    const directory = join(folder, 'notes')
    expect(await runWith([directory, '--author', 'Ada'])).toEqual({
      code: 0,
      stdout: `Created plugin "notes": 16 files in ${directory}\n\nNext:\n  cd ${directory}\n  npm install\n  npm run test\n`,
      stderr: '',
    })
    expect(await readdir(directory)).toContain('plugin.yaml')
  })

  it('prints one JSON value', async () => {
    const { code, stdout, stderr } = await runWith([
      join(folder, 'notes'),
      '--json',
      '--author=Ada',
    ])
    expect([code, stderr, JSON.parse(stdout)]).toEqual([
      0,
      '',
      expect.objectContaining({
        name: 'notes',
        directory: join(folder, 'notes'),
        installed: false,
      }),
    ])
  })

  it('prints help and version', async () => {
    const help = await runWith(['--help'])
    expect([help.code, help.stdout.startsWith('Makes a MilkBottle plugin')]).toEqual([0, true])
    expect(await runWith(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    })
  })

  it.each([
    [[], 'Cannot create a plugin: no directory was named (MB_USAGE)'],
    [['a', 'b'], 'Cannot create a plugin: "b" is one word too many (MB_USAGE)'],
    [['a', '--nmae', 'x'], "Cannot read the options: unknown option '--nmae' (MB_USAGE)"],
    [
      ['a', '--name'],
      "Cannot read the options: option '--name <value>' argument missing (MB_USAGE)",
    ],
  ])('refuses the words %j', async (words, message) => {
    expect(await runWith(words)).toEqual({
      code: 2,
      stdout: '',
      stderr: `${message}\nSee what can be said with \`npm create mb-plugin -- --help\`\n`,
    })
  })

  it('tells a wrong name with what to do, as JSON when asked', async () => {
    const error = {
      code: 'MB_SDK_NAME_INVALID',
      message: 'Cannot name a plugin "My Notes": a name has no spaces',
      hint: 'Name it "my-notes"',
    }
    expect(await runWith([join(folder, 'My Notes')])).toEqual({
      code: 2,
      stdout: '',
      stderr: `${error.message} (${error.code})\n${error.hint}\n`,
    })
    const json = await runWith([join(folder, 'My Notes'), '--json'])
    expect([json.code, json.stderr, JSON.parse(json.stdout)]).toEqual([
      2,
      '',
      { ok: false, error: { ...error, exitCode: 2 } },
    ])
  })

  it('refuses a folder that holds something', async () => {
    await writeFile(join(folder, 'mine.txt'), 'mine')
    expect(await runWith([folder, '--name', 'notes'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('it holds "mine.txt" (MB_SDK_TARGET_NOT_EMPTY)'),
    })
    expect(await readdir(folder)).toEqual(['mine.txt'])
  })

  it('leaves nothing when it is interrupted', async () => {
    expect(await runWith([join(folder, 'notes')], AbortSignal.abort())).toEqual({
      code: 130,
      stdout: '',
      stderr: 'Interrupted (MB_INTERRUPTED)\n',
    })
    expect(await readdir(folder)).toEqual([])
  })
})

describe('create-mb-plugin', () => {
  it('runs as a program, and names the package manager that started it', async () => {
    const args = ['--conditions=@mb/source', join(import.meta.dirname, 'bin.ts'), 'notes']
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      cwd: folder,
      env: { ...process.env, npm_config_user_agent: 'pnpm/12.0.0 npm/? node/v24' },
    })
    expect(stdout.split('\n\n')[1]).toBe('Next:\n  cd notes\n  pnpm install\n  pnpm run test\n')
  })
})
