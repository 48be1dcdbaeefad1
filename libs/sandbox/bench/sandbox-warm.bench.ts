import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { openSandbox, type Sandbox, type SandboxedProcess } from '@mb/sandbox'
import { activate, nodeRunner } from '@mb/sandbox/runner'
import type { Bench, BenchResult } from '../../../tools/bench-result.ts'
import { machineLoad } from '../../../tools/bench/load.ts'
import { median, pairedRatio, quantile, spread } from '../../../tools/bench/statistics.ts'
import { BusyLoops } from './busy-loops.ts'
import { ForkPool } from './fork-pool.ts'
import { benchNetworkProxy } from './network-proxy.ts'

/** What it takes until a module runs in a jail of its own that was started ahead, what one that waits costs, and what the proxy does. */
export const bench: Bench = {
  name: 'sandbox-warm',
  run: async () => {
    const load = machineLoad()
    const { command, args, read } = nodeRunner({ memoryBytes: 256 * 1024 * 1024 })
    await using stack = new AsyncDisposableStack()
    const opening = openSandbox({
      policy: { fs: { read } },
      limits: { memoryBytes: 256 * 1024 * 1024, processes: 8, wallMs: 60_000 },
      pool: { command, args, spares: 2 },
    })
    const sandbox = stack.use(await opening)
    const quiet = await measure(sandbox, { command, args }, 60)
    const busy = await measureBusy(sandbox)
    const pss = await idleBytes(sandbox)
    const proxy = await benchNetworkProxy()
    return [...quietResults(quiet, load), ...busyResults(busy, load), ...memory(pss), ...proxy]
  },
}

// Above that, figures are those of whatever else runs.
const mostLoad = 0.7
const source = `export default () => 'ready'`

interface Samples {
  readonly warm: readonly number[]
  readonly forked: readonly number[]
  readonly cold: readonly number[]
  readonly bare: readonly number[]
  readonly refill: readonly number[]
}

type Runner = Readonly<Record<'command', string>> & { readonly args: readonly string[] }

/** In turns, so that whatever else the machine does meets all of them alike. */
async function measure(sandbox: Sandbox, runner: Runner, rounds: number): Promise<Samples> {
  const samples = {
    warm: new Array<number>(),
    forked: new Array<number>(),
    cold: new Array<number>(),
    bare: new Array<number>(),
    refill: new Array<number>(),
  }
  using rival = new ForkPool()
  for (let round = -2; round < rounds; round += 1) {
    await untilReady(sandbox)
    await rival.ready()
    const taken = await time(async () => warm(sandbox))
    const figures = {
      warm: taken,
      refill: await untilReady(sandbox),
      forked: await time(async () => rival.run(source)),
      cold: await time(async () => cold(sandbox, runner)),
      bare: await time(bare),
    }
    // The first ones make the compiler and the caches what they stay.
    if (round < 0) continue
    for (const name of ['warm', 'forked', 'cold', 'bare', 'refill'] as const)
      samples[name].push(figures[name])
  }
  await rival.end()
  return samples
}

async function measureBusy(sandbox: Sandbox): Promise<readonly number[]> {
  using stack = new DisposableStack()
  stack.use(new BusyLoops())
  const samples: number[] = []
  for (let round = 0; round < 60; round += 1) {
    await untilReady(sandbox)
    samples.push(await time(async () => warm(sandbox)))
  }
  return samples
}

/** Times a call, and does what it leaves to be done off the clock. */
async function time(call: () => Promise<() => unknown>): Promise<number> {
  await delay(15)
  const started = performance.now()
  const end = await call()
  const elapsed = performance.now() - started
  await end()
  return elapsed
}

async function warm(sandbox: Sandbox): Promise<() => unknown> {
  return answered(await sandbox.take())
}

async function cold(sandbox: Sandbox, { command, args }: Runner): Promise<() => unknown> {
  return answered(await sandbox.spawn(command, args, { channel: true }))
}

async function answered(program: SandboxedProcess): Promise<() => unknown> {
  const value = await activate(program, { source })
  if (value !== 'ready') throw new Error(`It answers ${JSON.stringify(value)}`)
  return () => program[Symbol.asyncDispose]()
}

/** Node alone, without a jail and without a module. */
async function bare(): Promise<() => unknown> {
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit')
  return () => {}
}

async function untilReady(sandbox: Sandbox): Promise<number> {
  const started = performance.now()
  while ((sandbox.pool?.ready ?? 0) < 2) await delay(2)
  return performance.now() - started
}

/** The proportional set of everything that one jail keeps: its program, the first process inside, and the loader. */
async function idleBytes(sandbox: Sandbox): Promise<number | undefined> {
  await untilReady(sandbox)
  await using stack = new AsyncDisposableStack()
  const program = stack.use(await sandbox.take())
  try {
    let bytes = 0
    for (let pid = program.pid; pid !== process.pid && pid > 1; pid = parentOf(pid)) {
      const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
      bytes += Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0) * 1024
    }
    return bytes
  } catch {
    // An ordinary user may not look into what has no rights left.
    return undefined
  }
}

function parentOf(pid: number): number {
  return Number(/^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
}

function quietResults(samples: Samples, load: number): readonly BenchResult[] {
  const value = median(samples.warm)
  const against = (name: keyof Samples, rival: string): Omit<BenchResult, 'ok'> => ({
    name: `a module in a warm jail, beside ${rival}`,
    value,
    unit: 'ms',
    rival,
    ratio: pairedRatio(samples.warm, samples[name]),
  })
  return [
    {
      name: 'a module in a warm jail, half of them',
      value,
      unit: 'ms',
      goal: 'at most 5 ms',
      ok: load > mostLoad ? null : value <= 5,
      spread: spread(samples.warm),
    },
    { ...against('cold', 'the same jail started then'), ok: null },
    { ...against('forked', 'a forked child that waits, without a jail'), ok: null },
    { ...against('bare', 'node -e 0'), ok: null },
    {
      name: 'until another one waits',
      value: median(samples.refill),
      unit: 'ms',
      ok: null,
      spread: spread(samples.refill),
    },
  ]
}

function busyResults(samples: readonly number[], load: number): readonly BenchResult[] {
  const value = quantile(samples, 0.95)
  return [
    {
      name: 'the same on a busy machine, all but the slowest twentieth',
      value,
      unit: 'ms',
      goal: 'under 50 ms',
      ok: load > mostLoad ? null : value < 50,
      spread: spread(samples),
    },
  ]
}

function memory(bytes: number | undefined): readonly BenchResult[] {
  if (bytes === undefined) return []
  return [{ name: 'memory of one that waits', value: bytes / 1024 ** 2, unit: 'MiB', ok: null }]
}
