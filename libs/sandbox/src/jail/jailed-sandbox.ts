import type { JailNetwork, NetworkParts } from '../doorway/jail-network.ts'
import { runGroupFor, type RunGroup } from '../cgroup/run-group.ts'
import { resourceLimits, threadLimit, type SandboxLimits } from '../limits.ts'
import type { Onlooker } from '../observe/onlooker.ts'
import { SandboxError } from '../sandbox-error.ts'
import type { RunOptions, RunResult, Sandbox, SandboxedProcess, SpawnOptions } from '../sandbox.ts'
import { tellGone } from './gone-meanwhile.ts'
import type { JailPlan } from './jail-plan.ts'
import { findLost, readReceipt, type ReceiptParts } from './jail-receipt.ts'
import { endJail, JailedProcess } from './jailed-process.ts'
import { belowMinimum } from '../proof/judge-receipt.ts'
import { SpareLoader } from '../loader/spare-loader.ts'
import { launch, loaderOrder, type Launch, type LaunchedJail } from './launch.ts'
import { coversOf, filesToRead, isSwapped, scratchOf, writableOf } from './plan-places.ts'
import { ProgramFiles } from './program-files.ts'
import type { SpareParts } from '../pool/spare.ts'
import { resolveCommand } from './resolve-command.ts'
import { resolveFolder } from './resolve-folder.ts'
import { runToEnd } from './run-to-end.ts'

/** Where a test takes one protection away, to see that the receipt or a probe misses it. */
export interface Weakness {
  readonly plan?: (plan: JailPlan) => JailPlan
  readonly launch?: (launch: Launch) => Launch
}

/** What a sandbox is made of. */
export interface SandboxParts extends ReceiptParts {
  /** Draws up the jail with the system's files as they are now. */
  readonly plan: () => JailPlan
  readonly network?: NetworkParts | undefined
  readonly onlooker?: Onlooker | undefined
  readonly weakness: Weakness
}

/** How one program is started; ahead of its tenant, or for who waits for it. */
interface StartOptions extends SpawnOptions {
  readonly isAhead?: boolean
}

/** Each program gets a jail of its own. */
export class JailedSandbox implements Omit<Sandbox, 'execute' | 'take' | 'pool'> {
  readonly #parts: SandboxParts
  readonly #running = new Set<Promise<SpareParts>>()
  readonly #spare = new SpareLoader()
  #plan: JailPlan
  #started = 0
  #isClosed = false

  constructor(parts: SandboxParts) {
    this.#parts = parts
    this.#plan = parts.plan()
  }

  async spawn(
    command: string,
    args: readonly string[] = [],
    options: SpawnOptions = {},
  ): Promise<SandboxedProcess> {
    return (await this.#startKept(command, args, options)).program
  }

  /** Starts a program that waits for its tenant. */
  async startAhead(
    command: string,
    args: readonly string[],
    options: SpawnOptions,
  ): Promise<SpareParts> {
    return this.#startKept(command, args, { ...options, isAhead: true })
  }

  async run(
    command: string,
    args: readonly string[] = [],
    options: RunOptions = {},
  ): Promise<RunResult> {
    return runToEnd((started) => this.spawn(command, args, started), options)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    const all = await Promise.allSettled(this.#running)
    const started = all.filter((each) => each.status === 'fulfilled').map(({ value }) => value)
    await Promise.all(started.map(({ program }) => program[Symbol.asyncDispose]()))
    await this.#spare[Symbol.asyncDispose]()
  }

  /** Ends with the sandbox at the latest. */
  async #startKept(
    command: string,
    args: readonly string[],
    options: StartOptions,
  ): Promise<SpareParts> {
    if (this.#isClosed)
      throw new SandboxError('MB_SANDBOX_FAILED', 'Cannot run a program: the sandbox is closed')
    const starting = this.#startAnew(command, args, options)
    this.#running.add(starting)
    const forget = (): boolean => this.#running.delete(starting)
    starting.then(({ program }) => program.exited.finally(forget), forget)
    return starting
  }

  /** An upgrade of the system replaces files that every jail holds: then the next one is drawn up with the new ones. */
  async #startAnew(
    command: string,
    args: readonly string[],
    options: StartOptions,
  ): Promise<SpareParts> {
    try {
      return await this.#start(command, args, options)
    } catch (error) {
      if (!this.#plan.mounts.some(isSwapped)) throw error
      const plan = this.#parts.plan()
      // What was granted is known by its identity, and stays refused.
      if (plan.mounts.some(isSwapped)) throw error
      this.#plan = plan
      return this.#start(command, args, options)
    }
  }

  async #start(
    command: string,
    args: readonly string[],
    options: StartOptions,
  ): Promise<SpareParts> {
    const { builder, limits, weakness } = this.#parts
    const { isAhead = false } = options
    const plan = this.#plan
    const cwd = resolveFolder(options.cwd ?? '/', plan)
    const path = plan.env['PATH'] ?? ''
    this.#started += 1
    const words = [
      resolveCommand(command, { mounts: plan.mounts, cwd, path }),
      ...args.map(checkArgument),
    ]
    const order: Launch = {
      loader: builder.loader,
      architecture: builder.architecture,
      build: builder.order(weakness.plan === undefined ? plan : weakness.plan(plan), cwd),
      resourceLimits: resourceLimits(isAhead ? withBeginning(limits) : limits),
      // Without a user namespace of its own it would count all that the user runs.
      threads: builder.level === 'sandbox' ? threadLimit(limits) : undefined,
      command: words,
      stdin: options.stdin ?? 'ignore',
      stdout: options.stdout ?? 'pipe',
      stderr: options.stderr ?? 'pipe',
      channel: options.channel ?? false,
      signal: options.signal,
      spare: this.#spare,
    }
    const group = runGroupFor(limits)
    const grouped = { ...order, groups: group && (async (loader?: number) => group.make(loader)) }
    const jail = await this.#launch(
      weakness.launch === undefined ? grouped : weakness.launch(grouped),
      group,
    )
    let network: JailNetwork | undefined
    try {
      await group?.confirm(jail.pid)
      network = await this.#openNetwork(jail, order)
      const started = { jail, order, plan }
      const receipt = readReceipt(this.#parts, started, group)
      await this.#parts.onlooker?.attach?.(jail.pid)
      options.signal?.throwIfAborted()
      // While it stands: what it reads as it begins is what they are now.
      const files = new ProgramFiles(
        isAhead ? [...words, ...filesToRead(plan)] : [],
        plan.mounts,
        cwd,
      )
      const program = new JailedProcess(jail, receipt, {
        limits,
        scratch:
          jail.scratch ??
          scratchOf(builder.level, plan).map((place) => `/proc/${jail.init}/root${place}`),
        writable: writableOf(plan),
        covers: coversOf(builder.level, plan),
        group,
        network,
        signal: options.signal,
        isAhead,
      })
      if (!isAhead) void this.#prepareNext(program, order)
      return {
        program,
        files,
        mostCpuMs: limits.cpuSeconds === undefined ? Infinity : mostBeginningSeconds * 1000,
        isSwapped: () => plan.mounts.some(isSwapped),
        findLost: () => findLost(this.#parts, started),
      }
    } catch (error) {
      endJail(jail)
      await jail.ended
      await network?.[Symbol.asyncDispose]()
      await group?.remove()
      throw tellGone(error)
    }
  }

  /** Opened while the program stands at its gate. Most have no network, and load nothing of it. */
  async #openNetwork({ pid }: LaunchedJail, order: Launch): Promise<JailNetwork | undefined> {
    const { network } = this.#parts
    if (network === undefined) return undefined
    const { JailNetwork } = await import('../doorway/jail-network.ts')
    return JailNetwork.open(pid, network, order)
  }

  /** Whoever runs a second program will run a third, and has a moment before it. */
  async #prepareNext(program: SandboxedProcess, order: Launch): Promise<void> {
    if (this.#started === 1 || order.build.start !== undefined) return
    await program.exited
    setImmediate(() => this.#spare.prepare(loaderOrder(order, order)))
  }

  /** What was swapped since it was granted may be no place to mount: that is told rather than how it failed. */
  async #launch(order: Launch, group: RunGroup | undefined): Promise<LaunchedJail> {
    try {
      return await launch(order)
    } catch (error) {
      await group?.remove()
      const swapped = this.#plan.mounts.find(isSwapped)
      if (swapped === undefined || !isSetupFailure(error)) throw tellGone(error)
      const evidence = `${swapped.path}: is another file than the one granted`
      throw belowMinimum([{ item: 'filesystem', evidence }])
    }
  }
}

// What a runtime takes to begin is not the tenant's, but the kernel counts it for the same process.
const mostBeginningSeconds = 1

function withBeginning(limits: SandboxLimits): SandboxLimits {
  return limits.cpuSeconds === undefined
    ? limits
    : { ...limits, cpuSeconds: limits.cpuSeconds + mostBeginningSeconds }
}

function isSetupFailure(error: unknown): boolean {
  return error instanceof SandboxError && error.code === 'MB_SANDBOX_FAILED'
}

/** Arguments go through system calls that end them at a NUL byte. */
function checkArgument(argument: string): string {
  if (argument.includes('\0'))
    throw new TypeError(`Cannot pass the argument ${JSON.stringify(argument)}: it holds a NUL byte`)
  return argument
}
