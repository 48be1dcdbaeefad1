import { dirname } from 'node:path'
import { isInside } from '@mb/kernel'
import type { ResolvedPolicy } from '../policy.ts'
import { requireSame, type GrantedCommand } from '../policy/granted-command.ts'
import { GuardedNames } from '../policy/guarded-names.ts'
import { recordHeld, sweepRecords } from '../policy/held-record.ts'
import { HeldPlaces } from '../policy/held-places.ts'
import type { PoolStatus, TakeOptions } from '../pool/pool-options.ts'
import type { OpenPool } from '../pool/prepare-pool.ts'
import type { WarmPool } from '../pool/warm-pool.ts'
import { SandboxError } from '../sandbox-error.ts'
import type { RunOptions, RunResult, Sandbox, SandboxedProcess, SpawnOptions } from '../sandbox.ts'
import { guardNames } from './guard-names.ts'
import type { JailedSandbox } from './jailed-sandbox.ts'
import { runToEnd } from './run-to-end.ts'

/** Runs programs in jails of one policy, and the commands that it grants in jails that hold their own file as well. */
export class PolicySandbox implements Sandbox {
  readonly #resources: DisposableStack
  readonly #names: GuardedNames
  readonly #policy: ResolvedPolicy
  readonly #open: (policy: ResolvedPolicy) => JailedSandbox
  readonly #main: JailedSandbox
  readonly #pool: WarmPool | undefined
  #isClosed = false
  readonly #beside = new Map<GrantedCommand, JailedSandbox>()

  /**
   * @param open makes what starts programs under a policy
   * @param options `cacheDirectory`: where is noted what is held, so that it is found after a kill; `openPool` keeps programs ahead
   * @throws SandboxError `MB_SANDBOX_POLICY` where a name cannot be held free that must not be made
   */
  constructor(
    policy: ResolvedPolicy,
    open: (policy: ResolvedPolicy) => JailedSandbox,
    {
      cacheDirectory,
      openPool,
    }: {
      readonly cacheDirectory?: string | undefined
      readonly openPool?: OpenPool | undefined
    } = {},
  ) {
    using resources = new DisposableStack()
    if (cacheDirectory !== undefined) {
      sweepRecords(cacheDirectory)
      resources.use(recordHeld(cacheDirectory, policy.absent))
    }
    const held = resources.use(new HeldPlaces(policy.absent))
    this.#names = resources.use(new GuardedNames(policy.links))
    this.#policy = { ...policy, covers: [...policy.covers, ...held.covers] }
    this.#open = open
    this.#main = open(this.#policy)
    this.#pool = openPool?.(this.#main)
    this.#resources = resources.move()
  }

  async spawn(
    command: string,
    args?: readonly string[],
    options?: SpawnOptions,
  ): Promise<SandboxedProcess> {
    return guardNames(await this.#main.spawn(command, args, options), this.#names)
  }

  get pool(): PoolStatus | undefined {
    return this.#pool?.status
  }

  async take(options?: TakeOptions): Promise<SandboxedProcess> {
    if (this.#pool === undefined)
      throw new TypeError('Cannot take a program: the sandbox was opened without a pool')
    return guardNames(await this.#pool.take(options), this.#names)
  }

  async run(
    command: string,
    args: readonly string[] = [],
    options: RunOptions = {},
  ): Promise<RunResult> {
    return this.#run(this.#main, command, { ...options, args })
  }

  async execute(
    command: string,
    args: readonly string[] = [],
    options: RunOptions = {},
  ): Promise<RunResult> {
    const granted = this.#policy.commands.find((each) => each.command === command)
    if (granted === undefined) throw notGranted(command, this.#policy.commands)
    requireSame(granted)
    const known = this.#beside.get(granted) ?? this.#open(withCommand(this.#policy, granted))
    this.#beside.set(granted, known)
    const shown = [...this.#policy.paths, ...granted.beside].map(({ path }) => path)
    const isNamedThere = ['/usr', ...shown].some((path) => isInside(path, granted.named))
    return this.#run(known, isNamedThere ? granted.named : granted.file.path, { ...options, args })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await this.#pool?.[Symbol.asyncDispose]()
    const all = [this.#main, ...this.#beside.values()]
    await Promise.all(all.map((sandbox) => sandbox[Symbol.asyncDispose]()))
    if (!this.#resources.disposed) this.#names.putBack()
    this.#resources.dispose()
  }

  async #run(
    sandbox: JailedSandbox,
    command: string,
    { args, ...options }: RunOptions & { readonly args: readonly string[] },
  ): Promise<RunResult> {
    const result = await runToEnd(
      async (started) => guardNames(await sandbox.spawn(command, args, started), this.#names),
      options,
    )
    if (this.#isClosed && result.signal === 'SIGKILL') throw closedUnder(command)
    return result
  }
}

function closedUnder(command: string): SandboxError {
  return new SandboxError(
    'MB_SANDBOX_FAILED',
    `Cannot tell how ${JSON.stringify(command)} ends: its sandbox was closed while it ran`,
    { hint: 'Wait for it first: with "await using", return await sandbox.run(…)' },
  )
}

/** The same grants, with the command. What it looks up by name is not looked for where the policy's own programs are told to. */
function withCommand(
  policy: ResolvedPolicy,
  { file, named, beside, covers }: GrantedCommand,
): ResolvedPolicy {
  const paths = [...policy.paths, ...beside, file]
  const covered = new Set(policy.covers.map(({ path }) => path))
  return {
    ...policy,
    covers: [...policy.covers, ...covers.filter(({ path }) => !covered.has(path))],
    paths: paths.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)),
    env: { ...policy.env, PATH: `${dirname(named)}:/usr/local/bin:/usr/bin:/bin` },
  }
}

function notGranted(command: string, commands: readonly GrantedCommand[]): SandboxError {
  const names = commands.map((each) => each.command).join(', ')
  return new SandboxError(
    'MB_SANDBOX_POLICY',
    `Cannot run the command ${JSON.stringify(command)}: the policy does not grant it`,
    {
      hint: names === '' ? 'Grant it in exec, by its absolute path' : `Granted are: ${names}`,
      details: { command },
    },
  )
}
