import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import {
  openSandbox,
  SandboxError,
  type BackendName,
  type Sandbox,
  type SandboxPolicy,
} from '@mb/sandbox'
import { expect, it } from 'vitest'
import { isFull, minimumOf, onEveryBackend, strongBackends, temporaryFolder } from './engine.ts'

/** A way that a path comes into a jail. A racer exchanges two names all the time: what was granted, and what leads to the secret. */
interface Way {
  readonly name: string
  readonly swapped: readonly [string, string]
  readonly policy: SandboxPolicy
  readonly command?: string
  readonly args?: readonly string[]
  readonly cwd?: string
  /**
   * Nothing tells a hard link from the file: what is granted has to be settled before the race begins. So it has where there are no
   * mounts, and a link that was granted leads to the same place inside.
   */
  readonly isOpenedBefore?: boolean
}

/** How often what was read was innocent, secret, or nothing, since the jail was refused or saw nothing there. */
interface Score {
  innocent: number
  secret: number
  refused: number
}

const totalMs = isFull ? 120_000 : 6000

onEveryBackend('a race for what is granted', (backend) => {
  it(
    `reads no secret in ${totalMs / 1000} s`,
    async () => {
      await using folder = await temporaryFolder()
      const ways = layOut(folder.path)
      const scores: Record<string, Score> = {}
      for (const way of ways) scores[way.name] = await race(way, backend, totalMs / ways.length)
      process.stderr.write(`Races on ${backend}: ${JSON.stringify(scores)}\n`)
      expect(Object.entries(scores).filter(([, { secret }]) => secret > 0)).toEqual([])
      // Nothing but refusals would say nothing.
      const idle = Object.entries(scores).filter(([, { innocent }]) => innocent === 0)
      expect(idle.length).toBeLessThanOrEqual(isFull ? 0 : ways.length - 2)
      expect(readdirSync(join(folder.path, 'secret'))).toEqual(['data', 'program'])
      // The racer is one that wins where a path is checked and then opened by its name.
      expect(await raceNaively(ways[0], folder.path)).toBeGreaterThan(0)
    },
    totalMs * 3 + 60_000,
  )
})

/** Each way has a folder of its own beside the secret one. */
function layOut(base: string): readonly [Way, ...Way[]] {
  const secret = join(base, 'secret')
  put(secret, 'secret')
  const place = (name: string): { grant: string; other: string; way: string } => {
    const way = join(base, name)
    put(join(way, 'grant'), 'innocent')
    return { way, grant: join(way, 'grant'), other: join(way, 'other') }
  }
  const read = place('read')
  symlinkSync(secret, read.other)
  const write = place('write')
  symlinkSync(secret, write.other)
  const cwd = place('cwd')
  symlinkSync(secret, cwd.other)
  const command = place('command')
  symlinkSync(join(secret, 'program'), join(command.grant, 'other'))
  const file = place('file')
  symlinkSync(join(secret, 'data'), join(file.grant, 'other'))
  const hard = place('hard')
  linkSync(join(secret, 'data'), join(hard.grant, 'other'))
  const parent = place('parent')
  const above = join(parent.way, 'above')
  mkdirSync(above)
  put(join(above, 'secret'), 'innocent')
  symlinkSync(base, parent.other)
  return [
    {
      name: 'a folder to read',
      swapped: [read.grant, read.other],
      policy: { fs: { read: [read.grant] } },
      ...cat(join(read.grant, 'data')),
    },
    {
      name: 'a folder to write',
      swapped: [write.grant, write.other],
      policy: { fs: { write: [write.grant] } },
      command: 'sh',
      args: ['-c', 'echo taken > "$1/taken"; cat "$1/data"', 'sh', write.grant],
    },
    {
      name: 'the working folder',
      swapped: [cwd.grant, cwd.other],
      policy: { fs: { read: [cwd.way] } },
      cwd: cwd.grant,
      ...cat('data'),
    },
    {
      name: 'the command',
      swapped: [join(command.grant, 'program'), join(command.grant, 'other')],
      policy: { fs: { read: [command.grant] } },
      command: join(command.grant, 'program'),
    },
    {
      name: 'a file',
      swapped: [join(file.grant, 'data'), join(file.grant, 'other')],
      policy: { fs: { read: [join(file.grant, 'data')] } },
      ...cat(join(file.grant, 'data')),
    },
    {
      name: 'a file and a hard link',
      swapped: [join(hard.grant, 'data'), join(hard.grant, 'other')],
      policy: { fs: { read: [join(hard.grant, 'data')] } },
      ...cat(join(hard.grant, 'data')),
      isOpenedBefore: true,
    },
    {
      name: 'the folder above',
      swapped: [above, parent.other],
      policy: { fs: { read: [join(above, 'secret')] } },
      ...cat(join(above, 'secret/data')),
    },
  ]
}

const cat = (path: string): Pick<Way, 'command' | 'args'> => ({ command: 'cat', args: [path] })

function put(folder: string, text: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'data'), text)
  writeFileSync(join(folder, 'program'), `#!/bin/sh\nprintf ${text}\n`, { mode: 0o755 })
}

async function race(way: Way, backend: BackendName, ms: number): Promise<Score> {
  const score: Score = { innocent: 0, secret: 0, refused: 0 }
  const open = async (): Promise<Sandbox> =>
    openSandbox({ backend, minimum: minimumOf(backend), policy: way.policy })
  const isSettled = way.isOpenedBefore === true || !strongBackends.includes(backend)
  await using before = await open()
  await using racer = await startRacer(way.swapped)
  const end = performance.now() + ms
  for (let turn = 0; performance.now() < end && racer.isRunning(); turn += 1)
    await runOnce(score, way, isSettled || turn % 2 === 0 ? before : open)
  return score
}

async function runOnce(
  score: Score,
  way: Way,
  open: Sandbox | (() => Promise<Sandbox>),
): Promise<void> {
  try {
    const sandbox = typeof open === 'function' ? await open() : open
    try {
      for (let runs = 0; runs < 3; runs += 1) {
        const { stdout } = await sandbox.run(way.command ?? 'true', way.args, { cwd: way.cwd })
        score[
          stdout.includes('secret')
            ? 'secret'
            : stdout.includes('innocent')
              ? 'innocent'
              : 'refused'
        ] += 1
      }
    } finally {
      if (typeof open === 'function') await sandbox[Symbol.asyncDispose]()
    }
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error
    score.refused += 1
  }
}

/**
 * Exchanges two names in one step (renameat2, RENAME_EXCHANGE): as fast as it can, and by turns with pauses in which half a jail is
 * built, so that both happen: a swap in the middle of each step, and jails that come into being.
 */
async function startRacer([first, second]: Way['swapped']): Promise<
  { isRunning(): boolean } & AsyncDisposable
> {
  const call = process.arch === 'arm64' ? 276 : 316
  const code = `
    my ($a, $b, $host) = @ARGV; $| = 1; print "ready\\n";
    sub swap { syscall(${call}, -100, $a, -100, $b, 2) == 0 or die "exchange: $!" }
    while (getppid == $host) {
      swap() for 1 .. 2000 + rand 2000;
      for (1 .. 10) { swap(); select(undef, undef, undef, rand 0.12) }
    }`
  const racer = spawn('/usr/bin/perl', ['-e', code, first, second, String(process.pid)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(racer.stdout, 'data')
  return {
    isRunning: () => racer.exitCode === null && racer.signalCode === null,
    [Symbol.asyncDispose]: async () => {
      if (racer.exitCode !== null) return
      racer.kill('SIGKILL')
      await once(racer, 'exit')
    },
  }
}

/** As it is done without care: looked at by its name, and then opened by its name. */
async function raceNaively({ swapped }: Way, base: string): Promise<number> {
  await using racer = await startRacer(swapped)
  const root = join(base, 'read')
  let leaks = 0
  for (
    const end = performance.now() + 20_000;
    leaks === 0 && performance.now() < end && racer.isRunning();
  ) {
    leaks += readNaively(join(swapped[0], 'data'), root) === 'secret' ? 1 : 0
  }
  return leaks
}

function readNaively(path: string, root: string): string {
  try {
    return realpathSync.native(path).startsWith(`${root}/`) ? readFileSync(path, 'utf8') : ''
  } catch {
    return ''
  }
}
