import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { inspectBackends, levelItems, openSandbox, type Sandbox } from '@mb/sandbox'
import type { Bench, BenchResult } from '../../../tools/bench-result.ts'
import { interleave, timeCalls, type Measured } from '../../../tools/bench/interleave.ts'
import type { Program } from '../../../tools/bench/measure-cpu.ts'
import { median } from '../../../tools/bench/statistics.ts'
import { BareBubblewrap } from './bare-bubblewrap.ts'
import { SandboxRuntime } from './sandbox-runtime.ts'

/** What a jail costs: a call of the library on the clock, and the whole command in CPU time. */
export const bench: Bench = {
  name: 'sandbox',
  run: async () => [...(await benchLibrary()), ...(await benchCommand())],
}

const nothing = '/bin/true'
const node = process.execPath
const run = promisify(execFile)

async function benchLibrary(): Promise<readonly BenchResult[]> {
  using bare = await BareBubblewrap.make()
  await using stack = new AsyncDisposableStack()
  const rival = await SandboxRuntime.make()
  if (rival !== undefined) stack.use(rival)
  const sandboxes = await openAll(stack)
  const names = [...sandboxes.keys()]
  const small = await timeCalls(
    {
      bare: async () => bare.run(nothing),
      ...(rival === undefined ? {} : { rival: async () => rival.run(nothing) }),
      ...calls(sandboxes, [nothing]),
    },
    { runs: 100 },
  )
  const large = await timeCalls(
    { plain: async () => run(node, ['-e', '0']), ...calls(sandboxes, [node, '-e', '0']) },
    { runs: 30 },
  )
  return [
    figure('true in bare bubblewrap, with the same options', small.bare),
    ...names.map((name) =>
      figure(`true in a jail by ${name}`, measuredOf(small, name), {
        rival: 'bare bubblewrap',
        other: small.bare,
        ...(name === 'bubblewrap' ? { most: 1.3 } : {}),
      }),
    ),
    ...versusRival(small),
    figure('node -e 0', large.plain),
    ...names.map((name) =>
      figure(`node -e 0 in a jail by ${name}`, measuredOf(large, name), {
        rival: 'node -e 0',
        other: large.plain,
        ...nodeGoal(name),
      }),
    ),
  ]
}

/** A sandbox for each backend that works here. */
async function openAll(stack: AsyncDisposableStack): Promise<ReadonlyMap<string, Sandbox>> {
  const usable = (await inspectBackends()).filter((report) => report.usable)
  const entries = usable.map(async ({ backend, level }) => {
    const options = { backend, minimum: levelItems(level), policy: { fs: { read: [node] } } }
    return [backend, stack.use(await openSandbox(options))] as const
  })
  return new Map(await Promise.all(entries))
}

function calls(
  sandboxes: ReadonlyMap<string, Sandbox>,
  [command = '', ...args]: readonly string[],
): Readonly<Record<string, () => Promise<unknown>>> {
  const entries = [...sandboxes].map(([name, sandbox]) => [
    name,
    async (): Promise<void> => {
      const { code, stderr } = await sandbox.run(command, args)
      if (code !== 0) throw new Error(`Cannot measure ${command} by ${name}: ${stderr}`)
    },
  ])
  return Object.fromEntries(entries)
}

function measuredOf(all: Readonly<Record<string, Measured>>, name: string): Measured {
  const measured = all[name]
  if (measured === undefined) throw new RangeError(`${name} was not measured`)
  return measured
}

function versusRival(all: Readonly<Record<string, Measured>>): readonly BenchResult[] {
  const { rival, bubblewrap } = all
  if (rival === undefined || bubblewrap === undefined) return []
  const name = '@anthropic-ai/sandbox-runtime'
  return [
    figure(`true by ${name}`, rival),
    figure('true in a jail by bubblewrap', bubblewrap, { rival: name, other: rival, most: 1 }),
  ]
}

function nodeGoal(name: string): { readonly most?: number } {
  if (name === 'bubblewrap') return { most: 1.6 }
  return name === 'namespaces' ? { most: 3 } : {}
}

/** A figure, and how many times another's it may be at most. */
function figure(
  name: string,
  measured: Measured,
  against?: { readonly rival: string; readonly other: Measured; readonly most?: number },
): BenchResult {
  const about = { name, value: measured.median, unit: 'ms', spread: measured.spread }
  if (against === undefined) return { ...about, ok: null }
  const { rival, other, most } = against
  const ratio = measured.ratioTo(other)
  const compared = { ...about, rival, ratio }
  if (most === undefined) return { ...compared, ok: null }
  const goal = most === 1 ? 'faster' : `at most ${most} times`
  return { ...compared, goal, ok: most === 1 ? ratio < 1 : ratio <= most }
}

const mostExtraMs = 15

// What every run needs of Node: its modules for streams, sockets and children, and a fork of all its memory.
const startingOne = `
  const { spawn } = require('node:child_process')
  spawn(${JSON.stringify(nothing)}, { stdio: ['inherit', 'inherit', 'inherit', 'pipe', 'pipe'] })
`

/** Everything that `mb sandbox run` costs beside the command itself and an empty Node. */
async function benchCommand(): Promise<readonly BenchResult[]> {
  // Where others can write, records of probes are not believed.
  const folder = await mkdtemp(join(homedir(), '.mb-sandbox-bench-'))
  try {
    const home = join(folder, 'home')
    await mkdir(home, { mode: 0o700 })
    const mb = join(import.meta.dirname, '../../../apps/cli/bin/mb.cjs')
    const env = { ...process.env, MB_HOME: home, XDG_CACHE_HOME: folder }
    const program = (command: string, ...args: readonly string[]): Program => ({
      command,
      arguments: args,
      env,
      cwd: tmpdir(),
    })
    const { bare, empty, starting, loader, jailed } = await interleave(
      {
        bare: program(nothing),
        empty: program(node, '-e', '0'),
        starting: program(node, '-e', startingOne),
        loader: program('/usr/bin/perl', '-f', '-e', '0'),
        jailed: program(node, mb, 'sandbox', 'run', '--', nothing),
      },
      { runs: 25, batch: 4 },
    )
    const value = jailed.differenceTo(empty) - bare.median
    const floor = [
      part(
        'Node that starts a program by two pipes, and does nothing else',
        starting.differenceTo(empty) - bare.median,
      ),
      part('perl that does nothing', loader.median),
      part('bubblewrap, the shell at the gate, and true', await measureInside()),
    ]
    const ours = value - floor.reduce((sum, each) => sum + each.value, 0)
    return [
      { name: 'mb sandbox run -- true', value: jailed.median, unit: 'ms CPU', ok: null },
      {
        name: 'mb sandbox run, beside true and node -e 0',
        value,
        unit: 'ms CPU',
        rival: 'node -e 0',
        ratio: jailed.ratioTo(empty),
        goal: `at most ${mostExtraMs} ms`,
        ok: value <= mostExtraMs,
        spread: jailed.spread,
      },
      ...floor,
      part('the rest, which is ours: mb, the loader, the receipt', ours),
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A part of what a run costs beside the command. */
function part(name: string, value: number): BenchResult & { readonly value: number } {
  return { name: `… of it: ${name}`, value, unit: 'ms CPU', ok: null }
}

/** CPU time below the loader, as the kernel counts it for each run. */
async function measureInside(): Promise<number> {
  await using stack = new AsyncDisposableStack()
  const sandbox = stack.use(await openSandbox({ policy: {} }))
  const samples: number[] = []
  for (let round = 0; round < 50; round += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, as each is measured
    const { usage } = await sandbox.run(nothing)
    samples.push(usage.cpuMs)
  }
  return median(samples)
}
