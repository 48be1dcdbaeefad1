import { spawnSync } from 'node:child_process'
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { silentLogger, systemClock, type LogData, type Logger } from '@mb/kernel'
import { noPermissions, readManifest } from '@mb/manifest'
import { inspectBackends } from '@mb/sandbox'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pythonOfTests } from '../fixtures/python.ts'
import { runPlugin } from './run-plugin.ts'
import type { RunRequest, RunResult } from './run-request.ts'

const requireEngines = process.env['MB_REQUIRE_ENGINES'] === '1'
const backends = await inspectBackends({ isFirstEnough: true })
const isSkipped = !requireEngines && !backends.some(({ usable }) => usable)

const hasPython = (await pythonOfTests()) !== undefined

/** How each language says what the system refused, which is its own way. */
const allLanguages = [
  {
    language: 'node',
    entry: 'index.mjs',
    thrown: 'RangeError: out of [2J range',
    refusedRead: (path: string) => `it was refused to read "${path}"`,
    beside: 'ERR_ACCESS_DENIED',
  },
  {
    language: 'python',
    entry: 'FIXTURE.py',
    thrown: 'ValueError: out of [2J range',
    refusedRead: (path: string) =>
      `FileNotFoundError: [Errno 2] No such file or directory: '${path}'`,
    beside: ['docs'],
  },
] as const

// What this machine has: without python3 half of it is all that can be run.
const languages = allLanguages.filter(({ language }) => language !== 'python' || hasPython)

const runs = process.env['MB_TEST_SIZE'] === 'full' ? 200 : 5

let home: string
let workspace: string

beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'mb-run-home-')))
  workspace = await realpath(await mkdtemp(join(tmpdir(), 'mb-run-work-')))
  await mkdir(join(workspace, 'docs'))
  await writeFile(join(workspace, 'docs', 'guide.md'), 'one two three\n')
  await writeFile(join(workspace, 'notes.md'), 'four words are here\n')
})

afterEach(async () => {
  await rm(home, { recursive: true })
  await rm(workspace, { recursive: true })
})

/** Runs a command of a fixture, which is there in each language. */
function runnerOf(
  entry: string,
): (
  fixture: 'honest' | 'hostile',
  command: string,
  more?: Partial<RunRequest>,
) => Promise<RunResult> {
  return async (fixture, command, more = {}) => {
    const directory = fileURLToPath(new URL(`../../test/fixtures/${fixture}`, import.meta.url))
    const read = await readManifest(directory)
    const file = entry.replace('FIXTURE', fixture)
    const runtime = file.endsWith('.py') ? 'python' : 'node'
    const manifest = { ...read.manifest, entry: file, runtime } as const
    return await runPlugin({
      id: `local/${fixture}`,
      directory,
      manifest,
      permissions: manifest.permissions,
      command,
      home,
      workspace,
      logger: silentLogger,
      clock: systemClock,
      ...more,
    })
  }
}

/** What a logger was told. */
function recorder(): { readonly logger: Logger; readonly lines: [string, string, LogData?][] } {
  const lines: [string, string, LogData?][] = []
  const at =
    (level: string) =>
    (message: string, data?: LogData): void =>
      void lines.push(data === undefined ? [level, message] : [level, message, data])
  return {
    logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
    lines,
  }
}

async function auditLines(): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const text = await readFile(join(home, 'logs', 'audit.jsonl'), 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

describe.skipIf(isSkipped).each(languages)(
  'runPlugin(), an honest plugin in $language',
  ({ entry, beside }) => {
    const run = runnerOf(entry)

    it('goes through the stages and gives what the command returned', async () => {
      const { value, receipt } = await run('honest', 'count', { arguments: { file: 'notes.md' } })
      expect(value).toEqual({
        words: 4,
        file: join(workspace, 'notes.md'),
        stages: ['initialize', 'activate'],
      })
      expect(receipt.items.every(({ proved }) => proved)).toBe(true)
    })

    it('lets it write the file that was named, and makes it', async () => {
      await run('honest', 'count', {
        arguments: { file: 'notes.md' },
        options: { out: 'result.txt', times: '3' },
      })
      expect(await readFile(join(workspace, 'result.txt'), 'utf8')).toBe('12 words\n')
    })

    it('takes back the file it made when the command fails', async () => {
      // Without its capabilities not even root reads it.
      await chmod(join(workspace, 'notes.md'), 0)
      const failing = run('honest', 'count', {
        arguments: { file: 'notes.md' },
        options: { out: 'made.txt' },
      })
      await expect(failing).rejects.toMatchObject({ code: 'MB_PLUGIN_FAILED' })
      await expect(readFile(join(workspace, 'made.txt'))).rejects.toMatchObject({ code: 'ENOENT' })
    })

    it('keeps its values and its own folder from run to run', async () => {
      await run('honest', 'remember')
      const { value } = await run('honest', 'remember')
      expect(value).toEqual({ runs: 2, keys: ['runs'] })
      expect(await readFile(join(home, 'data', 'local', 'honest', 'runs'), 'utf8')).toBe('2')
    })

    it('shows it what was granted of the workspace, and nothing beside', async () => {
      const { value } = await run('honest', 'list')
      expect(value).toEqual({ docs: ['guide.md'], beside })
    })

    it('passes on what it logs and prints, without what could reach a terminal, and without secrets', async () => {
      const { logger, lines } = recorder()
      const progress: unknown[] = []
      const { stdout, stderr } = await run('honest', 'tell', {
        options: { password: 'correct horse' },
        onProgress: (told) => void progress.push(told),
        logger,
      })
      expect({ stdout, stderr }).toEqual({ stdout: 'printed\n', stderr: 'complained\n' })
      expect(progress).toEqual([{ message: 'half [2J way', fraction: 0.5 }])
      expect(lines).toEqual([
        [
          'warn',
          ']0;title got ***',
          { nested: ['[31mred'], password: '***', plugin: 'local/honest' },
        ],
        ['info', 'deactivated', { stages: ['initialize', 'activate'], plugin: 'local/honest' }],
        ['info', 'cleaned up', { plugin: 'local/honest' }],
      ])
    })

    it('gives it the environment that was granted, and no other', async () => {
      process.env['MB_TEST_GRANTED'] = 'yes'
      process.env['MB_TEST_OTHER'] = 'no'
      try {
        const { value } = await run('honest', 'environment')
        expect(value).toMatchObject({ MB_TEST_GRANTED: 'yes' })
        expect(value).not.toHaveProperty('MB_TEST_OTHER')
        expect(value).not.toHaveProperty('MB_PLUGIN_COOKIE')
      } finally {
        delete process.env['MB_TEST_GRANTED']
        delete process.env['MB_TEST_OTHER']
      }
    })

    it('tells it to stop when the signal aborts', async () => {
      const reason = new Error('enough')
      const controller = new AbortController()
      const { logger, lines } = recorder()
      const waiting = run('honest', 'wait', {
        signal: controller.signal,
        onProgress: () => controller.abort(reason),
        interactive: true,
        logger,
      })
      await expect(waiting).rejects.toBe(reason)
      // It returned by itself and was not killed: it had its last words.
      expect(lines.map(([, message]) => message)).toEqual(['deactivated', 'cleaned up'])
    })

    it('hands the streams of the person through', () => {
      const script = fileURLToPath(new URL('../../test/fixtures/run-inherited.ts', import.meta.url))
      const flags = [
        '--conditions=@mb/source',
        script,
        home,
        workspace,
        entry.replace('FIXTURE', 'honest'),
      ]
      const shout = spawnSync(process.execPath, [...flags, 'shout'], {
        input: 'hello',
        encoding: 'utf8',
      })
      expect([shout.status, shout.stdout, shout.stderr]).toEqual([0, 'HELLO', ''])
      const tell = spawnSync(process.execPath, [...flags, 'tell'], { encoding: 'utf8' })
      expect([tell.status, tell.stdout, tell.stderr]).toEqual([0, 'printed\n', 'complained\n'])
    })

    it('leaves no descriptor behind', async () => {
      await run('honest', 'remember')
      const before = await readdir('/proc/self/fd')
      for (let count = 0; count < runs; count += 1) await run('honest', 'remember')
      // The runtime opens and closes some of its own at times of its choosing: one kept by each run is what must not be.
      const after = await readdir('/proc/self/fd')
      expect(after.length).toBeLessThan(before.length + runs)
    }, 180_000)

    it('records the run and each decision', async () => {
      await run('honest', 'remember')
      const lines = await auditLines()
      const capabilities = lines.filter(({ kind }) => kind === 'decision')
      expect(
        capabilities.map(({ capability, decision, arguments: given }) => [
          capability,
          decision,
          given,
        ]),
      ).toEqual([
        ['kv.get', 'allow', { key: 'runs' }],
        ['kv.set', 'allow', { key: 'runs' }],
        ['kv.list', 'allow', { prefix: '' }],
        ['kv.get', 'allow', { key: 'missing' }],
        ['log', 'allow', {}],
      ])
      expect(lines.at(-1)).toMatchObject({
        kind: 'run',
        plugin: 'local/honest',
        version: '1.2.0',
        command: 'remember',
        outcome: 'ok',
        mounts: { read: [join(workspace, 'docs')], write: [join(home, 'data', 'local', 'honest')] },
        calls: { 'kv.get': { allowed: 2, denied: 0 } },
        receipt: {
          level: 'sandbox',
          backend: expect.stringMatching(/^(?:bubblewrap|namespaces)$/),
        },
      })
    })
  },
)

describe.skipIf(isSkipped).each(languages)('runPlugin(), a hostile plugin in $language', (own) => {
  const run = runnerOf(own.entry)

  it('cannot read outside, and can what the person named (control)', async () => {
    const path = join(workspace, 'notes.md')
    await expect(run('hostile', 'read', { arguments: { path } })).rejects.toMatchObject({
      code: 'MB_PLUGIN_FAILED',
      message: `Cannot run command "read" of plugin "local/hostile": ${own.refusedRead(path)}`,
      hint: expect.stringContaining('mb plugin permissions local/hostile'),
      details: { plugin: 'local/hostile', stage: 'execute', command: 'read' },
    })
    const { value } = await run('honest', 'count', { arguments: { file: path } })
    expect(value).toMatchObject({ words: 4 })
  })

  it('cannot write what runs later in a folder that it may write in, and leaves the rest of it', async () => {
    const fs = { read: [], write: [{ path: '${workspace}/**' }] }
    const permissions = { ...noPermissions, fs }
    await mkdir(join(workspace, '.git', 'hooks'), { recursive: true })
    for (const name of ['.git/hooks/pre-commit', '.envrc', '.github/workflows/ci.yml'])
      await expect(
        run('hostile', 'write', { permissions, arguments: { path: join(workspace, name) } }),
      ).rejects.toMatchObject({ code: 'MB_PLUGIN_FAILED' })
    await run('hostile', 'write', { permissions, arguments: { path: join(workspace, 'free') } })
    expect(await readdir(workspace)).toEqual(['.git', 'docs', 'free', 'notes.md'])
    expect(await readdir(join(workspace, '.git', 'hooks'))).toEqual([])
  })

  it('cannot write outside', async () => {
    const path = join(workspace, 'planted')
    await expect(run('hostile', 'write', { arguments: { path } })).rejects.toMatchObject({
      code: 'MB_PLUGIN_FAILED',
    })
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('cannot connect, not even to loopback', async () => {
    let connections = 0
    const server = createServer(() => void (connections += 1))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    await expect(run('hostile', 'connect', { arguments: { port } })).rejects.toMatchObject({
      code: 'MB_PLUGIN_FAILED',
    })
    server.close()
    expect(connections).toBe(0)
  })

  it('cannot start a process', async () => {
    const path = join(workspace, 'marker')
    await expect(run('hostile', 'execute', { arguments: { path } })).rejects.toMatchObject({
      code: 'MB_PLUGIN_FAILED',
      message: `Cannot run command "execute" of plugin "local/hostile": it was refused to start a process "/bin/sh"`,
    })
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('that hangs is ended at its deadline, and nothing of it stays', async () => {
    await expect(run('hostile', 'hang', { limits: { wallSeconds: 1 } })).rejects.toMatchObject({
      code: 'MB_PLUGIN_DEADLINE',
      message:
        'Cannot run command "hang" of plugin "local/hostile": "execute" was not answered within 1000 ms',
    })
  })

  it('that ignores an interruption is killed', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(new Error('enough')), 400)
    await expect(
      run('hostile', 'hang', { signal: controller.signal, interactive: true }),
    ).rejects.toThrow('enough')
  })

  it.each([
    ['exit', { status: 0 }, 'it exited with status 0 before it answered'],
    ['exit', { status: 3 }, 'it exited with status 3 before it answered'],
    ['abort', {}, 'it was ended by SIGABRT'],
  ])('%s %o is told as a crash', async (command, values, how) => {
    await expect(run('hostile', command, { arguments: values })).rejects.toMatchObject({
      code: 'MB_PLUGIN_CRASHED',
      message: `Cannot run command "${command}" of plugin "local/hostile": ${how}`,
    })
  })

  it('that takes all memory is ended', async () => {
    await expect(run('hostile', 'bomb')).rejects.toMatchObject({
      code: 'MB_PLUGIN_LIMIT',
      message:
        'Cannot run command "bomb" of plugin "local/hostile": it used more than 100 MB of memory',
      details: { limit: 'memory' },
    })
  })

  it('that takes all CPU is ended', async () => {
    await expect(run('hostile', 'spin', { limits: { cpuSeconds: 1 } })).rejects.toMatchObject({
      code: 'MB_PLUGIN_LIMIT',
      details: { limit: 'cpu' },
    })
  })

  it('that throws is quoted harmlessly', async () => {
    await expect(run('hostile', 'throw')).rejects.toMatchObject({
      code: 'MB_PLUGIN_FAILED',
      message: `Cannot run command "throw" of plugin "local/hostile": ${own.thrown}`,
      details: { stack: expect.stringContaining(own.entry.replace('FIXTURE', 'hostile')) },
    })
  })

  it('that prints without end is ended', async () => {
    await expect(run('hostile', 'print')).rejects.toMatchObject({
      code: 'MB_PLUGIN_LIMIT',
      details: { limit: 'output' },
    })
  })

  it.each([
    ['flood', 'flood'],
    ['garbage', 'malformed'],
    ['forge', 'unexpected'],
  ])('%s on descriptor 3 is cut off', async (command, fault) => {
    await expect(run('hostile', command)).rejects.toMatchObject({
      code: 'MB_PLUGIN_PROTOCOL',
      details: { fault, command },
    })
  })

  it('that returns too much is told so', async () => {
    await expect(run('hostile', 'huge')).rejects.toMatchObject({
      code: 'MB_PLUGIN_FAILED',
      message: expect.stringContaining(
        'the result cannot be sent: it is larger than 8388608 bytes',
      ),
    })
  })

  it('that keeps too much is refused', async () => {
    await expect(run('hostile', 'hoard')).rejects.toMatchObject({
      code: 'MB_PLUGIN_FAILED',
      message: expect.stringContaining('a value has at most 1048576 bytes'),
    })
  })

  it('that calls what does not exist is refused, on record', async () => {
    await expect(run('hostile', 'unknown')).rejects.toMatchObject({ code: 'MB_PLUGIN_CRASHED' })
    expect((await auditLines())[0]).toMatchObject({
      capability: 'secrets.read',
      decision: 'deny',
      reason: 'the host has no such capability',
    })
  })
})

describe('runPlugin(), before anything starts', () => {
  const run = runnerOf('index.mjs')

  it('refuses grants that it cannot enforce, all of them by name', async () => {
    const secrets = [{ name: 'token' }]
    await expect(
      run('hostile', 'hang', { permissions: { ...noPermissions, secrets, 'http.serve': true } }),
    ).rejects.toMatchObject({
      code: 'MB_PERMISSION_UNSUPPORTED',
      outcome: 'refused',
      message:
        'Cannot run plugin "local/hostile": it was granted secrets, http.serve, which this version cannot enforce yet',
    })
    expect(await auditLines()).toMatchObject([
      { kind: 'run', outcome: 'MB_PERMISSION_UNSUPPORTED', command: 'hang' },
    ])
  })

  it('refuses a grant of what runs later, and what was typed of it, each by its name', async () => {
    const fs = { read: [], write: [{ path: '${workspace}/.git/hooks/**' }] }
    await mkdir(join(workspace, '.git', 'hooks'), { recursive: true })
    await expect(
      run('hostile', 'hang', { permissions: { ...noPermissions, fs } }),
    ).rejects.toMatchObject({
      code: 'MB_PERMISSION_PATH',
      outcome: 'refused',
      message:
        'Cannot open "${workspace}/.git/hooks/**" to plugin "local/hostile": it holds the repository, whose settings and hooks start programs, and nobody would be asked when that runs',
      cause: { code: 'MB_SANDBOX_POLICY' },
    })
    await expect(
      run('honest', 'count', { arguments: { file: 'notes.md' }, options: { out: 'AGENTS.md' } }),
    ).rejects.toMatchObject({
      code: 'MB_PERMISSION_PATH',
      message: expect.stringMatching(
        /^Cannot open "AGENTS.md" as option "out" to plugin "local\/honest": it holds instructions/,
      ),
    })
    expect(await readdir(workspace)).toEqual(['.git', 'docs', 'notes.md'])
  })

  it('refuses an unknown command and names the nearest', async () => {
    await expect(run('hostile', 'raed')).rejects.toMatchObject({
      code: 'MB_PLUGIN_COMMAND',
      hint: 'Did you mean "read"?',
    })
  })

  it('refuses a grant that holds the home of MilkBottle', async () => {
    await mkdir(join(workspace, 'home'))
    await expect(
      run('honest', 'list', {
        home: join(workspace, 'home'),
        permissions: { ...noPermissions, fs: { read: [{ path: '${workspace}/**' }], write: [] } },
      }),
    ).rejects.toMatchObject({ code: 'MB_PERMISSION_PATH', outcome: 'refused' })
  })

  it('refuses a granted folder of the workspace that is a link to elsewhere', async () => {
    await rm(join(workspace, 'docs'), { recursive: true })
    await symlink('/etc', join(workspace, 'docs'))
    await expect(run('honest', 'list')).rejects.toMatchObject({
      code: 'MB_PERMISSION_PATH',
      message: `Cannot open "\${workspace}/docs/**" to a plugin: it is a link to "/etc", outside "${workspace}"`,
    })
  })
})
