import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { inspectBackends, openSandbox, sandboxMinimum, type ReceiptItem } from '@mb/sandbox'
import { describe, expect, it } from 'vitest'
import { findContainer } from '../src/backends/container/find-container.ts'
import { findEngine, runEngine, type Engine } from '../src/backends/container/engine.ts'
import type { JailPlan } from '../src/jail/jail-plan.ts'
import type { Weakness } from '../src/jail/jailed-sandbox.ts'
import { openJails } from '../src/jail/open-jails.ts'
import { findPythonLoader } from '../src/loader/loader.ts'
import { isFull, temporaryFolder } from './engine.ts'

const [report] = await inspectBackends({ backends: ['container'] })
const isRunnable = report?.usable === true || process.env['MB_REQUIRE_ENGINES'] === '1'
if (!isRunnable)
  process.stderr.write(`Skipping what needs container: ${report?.reason ?? 'unknown'}\n`)

const backend = 'container'
const hoard = `perl -e 'my @all; push @all, "x" x 1048576 while 1'`
const missing = {
  kind: 'bind',
  path: '/no/such/folder',
  writable: false,
  directory: true,
} as const

// What the engine is told, and what it is told instead.
const weakenings: readonly (readonly [string, ReceiptItem, RegExp, readonly string[]])[] = [
  ['network', 'network', /^--network=none$/, ['--network=host']],
  ['capability drop', 'capabilities', /^--cap-drop=ALL$/, []],
  ['process namespace', 'processes', /^--pid=private$/, ['--pid=host']],
  ['ipc namespace', 'ipc', /^--ipc=private$/, [`--ipc=ns:/proc/${process.pid}/ns/ipc`]],
  ['host name namespace', 'hostname', /^--(?:uts=private|hostname=sandbox)$/, ['--uts=host']],
  ['cgroup namespace', 'cgroup', /^--cgroupns=private$/, ['--cgroupns=host']],
  ['user namespace', 'users', /^--(?:uid|gid)map=/, []],
  ['read-only root', 'filesystem', /^--read-only$/, []],
  ['empty /sys', 'filesystem', /^type=tmpfs,dst=\/sys,/, ['--volume=/sys:/sys']],
  ['only what was asked for', 'filesystem', /^$/, ['--volume=/srv:/srv:ro']],
  ['private /proc', 'filesystem', /^$/, ['--security-opt=unmask=ALL']],
]

// What the first process does, and what it does instead.
const ofInit: readonly (readonly [string, ReceiptItem, string, string])[] = [
  ['filter', 'seccomp', 'syscall($prctl, 22, 2, $rules, 0, 0) == 0', '1'],
  ['new session keyring', 'keyring', 'syscall($keyctl, 1, 0)', '$before'],
  ['limits', 'limits', 'syscall($prlimit, 0, $resource + 0, $limit, 0) == 0', '1'],
  ['environment', 'environment', '%ENV = map', '%ENV = map { $_ } PLANTED => 1, map'],
  [
    'closed descriptors',
    'descriptors',
    'chdir $folder',
    '$^F = 9; open(my $leak, "<", "/bin/sh"); chdir $folder',
  ],
]

describe.runIf(isRunnable)('a container', () => {
  it('proves every item, and gives status and output', async () => {
    await using sandbox = await openSandbox({ backend, policy: { env: { GIVEN: 'a=b\nc' } } })
    const script = 'printf %s "$GIVEN"; echo err >&2; pwd; exit 3'
    const result = await sandbox.run('sh', ['-c', script])
    expect(result).toMatchObject({ code: 3, signal: null, stdout: 'a=b\nc/\n', stderr: 'err\n' })
    expect(result.receipt).toMatchObject({ backend, level: 'sandbox' })
    expect(result.receipt.items.map(({ item, proved }) => [item, proved])).toEqual(
      sandboxMinimum.map((item) => [item, true]),
    )
    expect(result.receipt.probes.findings.filter(({ passed }) => !passed)).toEqual([])
  })

  it('lets a host end that it refused', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'blank at the end ')
    await mkdir(path)
    const script = `
      import { openSandbox } from ${JSON.stringify(import.meta.resolve('@mb/sandbox'))}
      const policy = { fs: { read: [${JSON.stringify(path)}] } }
      await using sandbox = await openSandbox({ backend: 'container', policy })
      await sandbox.run('true').catch(({ code }) => console.log(code))`
    const host = ['--conditions=@mb/source', '--input-type=module', '-e', script]
    const result = spawnSync(process.execPath, host, { encoding: 'utf8', timeout: 30_000 })
    expect([result.status, result.stdout]).toEqual([0, 'MB_SANDBOX_POLICY\n'])
  }, 40_000)

  it('tells a signal from a status, and passes arguments as they are', async () => {
    await using sandbox = await openSandbox({ backend, policy: {} })
    expect(await sandbox.run('sh', ['-c', 'kill -TERM $$'])).toMatchObject({
      code: null,
      signal: 'SIGTERM',
    })
    const args = ['$(id)', '; exit 9', '"', "'", '', '-n', '\n', '*', '--privileged']
    const { stdout } = await sandbox.run('printf', ['%s|', ...args])
    expect(stdout).toBe(args.map((argument) => `${argument}|`).join(''))
  })

  it('mounts what was granted, at its own place and under any name', async () => {
    await using folder = await temporaryFolder()
    const name = 'a,readonly=false,"b"\t\n:c d $(h) ü'
    const [read, write] = [join(folder.path, name), join(folder.path, 'write')]
    await Promise.all([mkdir(read), mkdir(write)])
    await writeFile(join(read, 'file'), 'granted')
    await writeFile(join(folder.path, 'secret'), 'secret')
    await using sandbox = await openSandbox({
      backend,
      policy: { fs: { read: [read], write: [write] } },
    })
    const script = 'cat "$1/file"; echo made > "$2/file"; echo no > "$1/new"; cat "$1/../secret"'
    const { stdout, stderr } = await sandbox.run('sh', ['-c', script, 'sh', read, write])
    expect(stdout).toBe('granted')
    expect(stderr).toMatch(/Read-only file system[^]*No such file/)
    expect(await readFile(join(write, 'file'), 'utf8')).toBe('made\n')
  })

  it('feeds input, and hands a channel on', async () => {
    await using sandbox = await openSandbox({ backend, policy: {} })
    expect((await sandbox.run('cat', [], { input: 'text' })).stdout).toBe('text')
    const script = 'read -r name <&3; echo "hello $name" >&3'
    await using program = await sandbox.spawn('sh', ['-c', script], { channel: true })
    program.channel?.write('bottle\n')
    const [answer] = program.channel === null ? [] : await once(program.channel, 'data')
    expect(String(answer)).toBe('hello bottle\n')
    expect(await program.exited).toMatchObject({ code: 0 })
  })

  it('keeps its first process from the program, and the place where it met the host', async () => {
    await using sandbox = await openSandbox({ backend, policy: {} })
    const script = `
      for file in mem environ maps; do head -c 1 /proc/1/$file > /dev/null 2>&1 && echo "read $file"; done
      chmod 755 /proc/1/exe 2> /dev/null && echo changed; readlink /proc/1/exe /proc/1/fd/3
      ls -A /run/mb-sandbox; kill -KILL 1; kill -STOP 1; echo survived`
    const { stdout } = await sandbox.run('sh', ['-c', script])
    expect(stdout).toBe('survived\n')
  })

  it('shows nothing of the machine in /sys', async () => {
    await using sandbox = await openSandbox({ backend, policy: {} })
    const { stdout } = await sandbox.run('sh', ['-c', 'ls /sys; ls /sys/fs'])
    expect(stdout).toBe('fs\ncgroup\n')
  })

  it.each([
    ['wallMs', { wallMs: 500 }, 'sleep 60', 'MB_SANDBOX_TIMED_OUT'],
    ['memoryBytes', { memoryBytes: 67_108_864 }, hoard, 'MB_SANDBOX_OUT_OF_MEMORY'],
    [
      'processes',
      { processes: 16 },
      'for i in $(seq 100); do sleep 60 & done; wait',
      'MB_SANDBOX_LIMIT',
    ],
  ])('ends by %s', async (limit, limits, script, code) => {
    expect(limits).toHaveProperty(limit)
    await using sandbox = await openSandbox({ backend, policy: {}, limits })
    await expect(sandbox.run('sh', ['-c', script])).rejects.toMatchObject({ code })
    expect(await running()).toEqual([])
  })

  it('stops on a signal, and ends what the program left behind', async () => {
    await using sandbox = await openSandbox({ backend, policy: {} })
    const signal = AbortSignal.timeout(1000)
    await expect(sandbox.run('sleep', ['60'], { signal })).rejects.toMatchObject({
      name: 'TimeoutError',
    })
    await sandbox.run('sh', ['-c', 'setsid sleep 4711 > /dev/null 2>&1 &'])
    expect(await running()).toEqual([])
  })

  it('refuses a folder that was swapped since it was granted', async () => {
    await using folder = await temporaryFolder()
    const granted = join(folder.path, 'granted')
    await mkdir(granted)
    await using sandbox = await openSandbox({ backend, policy: { fs: { read: [granted] } } })
    spawnSync('mv', [granted, join(folder.path, 'away')])
    await mkdir(granted)
    await expect(sandbox.run('true')).rejects.toMatchObject({ code: 'MB_SANDBOX_BELOW_MINIMUM' })
  })

  it('is gone within a second of its host, and what is left of it at the next look', async () => {
    const script = `
      import { openSandbox } from '@mb/sandbox'
      const sandbox = await openSandbox({ backend: 'container', policy: {} })
      const program = await sandbox.spawn('sleep', ['60'])
      console.log(program.pid)`
    const host = spawn(
      process.execPath,
      ['--conditions=@mb/source', '--input-type=module', '-e', script],
      { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const [pid] = await once(host.stdout, 'data')
    expect(existsSync(`/proc/${Number(pid)}`)).toBe(true)
    host.kill('SIGKILL')
    await once(host, 'exit')
    await delay(1000)
    expect(existsSync(`/proc/${Number(pid)}`)).toBe(false)
  })

  it.runIf(findPythonLoader() !== undefined)('runs with python3 alone', async () => {
    const builder = await findContainer(findPythonLoader())
    await using sandbox = await openJails(builder, { policy: {} })
    const script = 'echo out; read -r line <&3; echo "$line" >&3; exit 4'
    await using program = await sandbox.spawn('sh', ['-c', script], { channel: true })
    program.channel?.write('line\n')
    const [answer] = program.channel === null ? [] : await once(program.channel, 'data')
    expect(String(answer)).toBe('line\n')
    expect(await program.exited).toMatchObject({ code: 4 })
    expect(program.receipt.items.filter(({ proved }) => !proved)).toEqual([])
  })

  it.each(isFull ? weakenings : weakenings.slice(0, 2))(
    'is refused without its %s',
    async (_, item, left, instead) => {
      await using folder = await temporaryFolder()
      const unproved = await missingOf(await weakEngine(folder.path, left, instead), {})
      expect(unproved).toContain(item)
    },
  )

  it.each(isFull ? ofInit : ofInit.slice(0, 2))(
    'is refused without its %s',
    async (_, item, part, instead) => {
      const engine = await findEngine()
      const change = (word: string): string => word.replace(part, () => instead)
      const unproved = await missingOf(engine, {
        launch: (launch) => {
          const command = launch.build.command.map(change)
          expect(command).not.toEqual(launch.build.command)
          return { ...launch, build: { ...launch.build, command } }
        },
      })
      expect(unproved).toContain(item)
    },
  )

  it(`leaves nothing after ${isFull ? 100 : 5} runs`, async () => {
    await using sandbox = await openSandbox({ backend, policy: {} })
    await sandbox.run('true')
    const before = await countHost()
    for (let run = 0; run < (isFull ? 100 : 5); run += 1) await sandbox.run('true')
    expect(await running()).toEqual([])
    expect(await countHost()).toEqual(before)
  }, 300_000)

  it('says what the engine said, and leaves nothing', async () => {
    const builder = await findContainer()
    await expect(openJails(builder, { policy: {} }, { plan })).rejects.toMatchObject({
      code: 'MB_SANDBOX_FAILED',
      message: expect.stringContaining('/no/such/folder'),
    })
    expect(await running()).toEqual([])
  })
})

function plan(given: JailPlan): JailPlan {
  return { ...given, parts: [...given.parts, missing] }
}

/** What this process holds, and what the engine and it have mounted and put down. */
async function countHost(): Promise<Readonly<Record<string, number>>> {
  // The last descriptors are closed a moment after they are let go.
  await delay(100)
  const names = readdirSync(tmpdir())
  return {
    descriptors: readdirSync('/proc/self/fd').length,
    folders: names.filter((name) => name.startsWith('mb-image-')).length,
    mounts: readFileSync('/proc/self/mountinfo', 'utf8').match(/overlay-containers/g)?.length ?? 0,
  }
}

/** The items that are not proved where something is done by less. */
async function missingOf(engine: Engine, weakness: Weakness): Promise<readonly string[]> {
  const builder = await findContainer(undefined, engine)
  try {
    const options = { policy: {}, limits: { openFiles: 64 }, minimum: [] }
    await using sandbox = await openJails(builder, options, weakness)
    const { receipt } = await sandbox.run('true')
    return receipt.items.filter(({ proved }) => !proved).map((finding) => finding.item)
  } catch (error) {
    throw new TypeError('Cannot look at the receipt', { cause: error })
  }
}

/** An engine that leaves some of its arguments away, and takes others instead. */
async function weakEngine(
  folder: string,
  left: RegExp,
  instead: readonly string[],
): Promise<Engine> {
  const engine = await findEngine()
  const path = join(folder, 'engine')
  const script = `#!/usr/bin/perl
my @words = @ARGV;
if ($words[0] eq 'run') {
  for my $index (reverse 1 .. $#words) {
    next unless $words[$index] =~ m{${left.source}};
    splice @words, $index, 1;
    splice @words, $index - 1, 1 if $words[$index - 1] eq '--mount';
  }
  splice @words, 1, 0, ${JSON.stringify(instead).slice(1, -1)};
}
exec '${engine.tool.path}', @words;`
  await writeFile(path, script, { mode: 0o755 })
  return { ...engine, tool: { ...engine.tool, path } }
}

/** Containers of this process that the engine knows of. */
async function running(): Promise<readonly string[]> {
  const engine = await findEngine()
  const names = await runEngine(engine, ['ps', '--all', '--format', '{{.Names}}'])
  return names.split('\n').filter((name) => name.startsWith(`mb-sandbox-${process.pid}-`))
}
