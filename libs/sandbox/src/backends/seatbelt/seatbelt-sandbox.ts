import { spawn, type ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runToEnd } from '../../jail/run-to-end.ts'
import type { SandboxLimits } from '../../limits.ts'
import type { TrustedTool } from '../../machine/trusted-tool.ts'
import { homeInside, type ResolvedPolicy } from '../../policy.ts'
import { sandboxMinimum, type Receipt } from '../../receipt.ts'
import { SandboxError } from '../../sandbox-error.ts'
import type {
  RunOptions,
  RunResult,
  Sandbox,
  SandboxedProcess,
  SpawnOptions,
} from '../../sandbox.ts'
import { TreeProcess } from '../../tree/tree-process.ts'
import { seatbeltProfile } from './seatbelt-profile.ts'

/** What programs are started with. */
export interface SeatbeltParts {
  readonly tool: TrustedTool
  readonly policy: ResolvedPolicy
  readonly limits: SandboxLimits
  readonly probes: Receipt['probes']
  readonly version: string
}

/**
 * Starts each program under a profile of its own.
 *
 * @experimental
 */
export class SeatbeltSandbox implements Sandbox {
  readonly #parts: SeatbeltParts
  readonly #running = new Set<SandboxedProcess>()

  readonly pool = undefined

  constructor(parts: SeatbeltParts) {
    this.#parts = parts
  }

  async take(): Promise<SandboxedProcess> {
    throw new TypeError('Cannot take a program: the sandbox was opened without a pool')
  }

  async spawn(
    command: string,
    args: readonly string[] = [],
    options: SpawnOptions = {},
  ): Promise<SandboxedProcess> {
    options.signal?.throwIfAborted()
    const { tool, policy, limits } = this.#parts
    const scratch = await realpath(await mkdtemp(join(tmpdir(), 'mb-seatbelt-')))
    const remove = (): Promise<void> => rm(scratch, { recursive: true, force: true })
    try {
      const profile = join(scratch, 'profile.sb')
      const inside = join(scratch, 'home')
      await mkdir(inside)
      await writeFile(profile, seatbeltProfile({ policy, scratch: inside }))
      const child = spawn(tool.path, ['-f', profile, command, ...args], {
        cwd: options.cwd ?? '/',
        env: environment(policy.env, inside),
        detached: true,
        stdio: [
          options.stdin === undefined || options.stdin === 'ignore' ? 'ignore' : 'pipe',
          options.stdout === 'ignore' ? 'ignore' : 'pipe',
          options.stderr === 'ignore' ? 'ignore' : 'pipe',
          options.channel === true ? 'pipe' : 'ignore',
        ],
      })
      await waitForStart(child)
      relay(child, options)
      const program = new TreeProcess(child, this.#receiptOf(child), {
        limits,
        options,
        remove,
      })
      this.#running.add(program)
      void program.exited.finally(() => this.#running.delete(program))
      return program
    } catch (error) {
      await remove()
      throw error
    }
  }

  async run(
    command: string,
    args: readonly string[] = [],
    options: RunOptions = {},
  ): Promise<RunResult> {
    return runToEnd((started) => this.spawn(command, args, started), options)
  }

  async execute(command: string): Promise<RunResult> {
    throw new SandboxError(
      'MB_SANDBOX_POLICY',
      `Cannot run the command ${JSON.stringify(command)}: on macOS no command runs beside the program`,
      { hint: 'Run it on Linux, in a virtual machine for example' },
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running].map((program) => program[Symbol.asyncDispose]()))
  }

  #receiptOf(child: ChildProcess): Receipt {
    const { probes, version } = this.#parts
    return {
      level: 'restricted',
      backend: 'seatbelt',
      backendVersion: version,
      pid: child.pid ?? 0,
      items: sandboxMinimum.map((item) => {
        const tried = probes.findings.filter((finding) => finding.item === item)
        const proved = tried.length > 0 && tried.every(({ passed }) => passed)
        const evidence =
          tried.length === 0
            ? 'macOS does not show it'
            : tried.map(({ name, outcome }) => `${name}: ${outcome}`).join(', ')
        return { item, proved, evidence }
      }),
      probes,
      warning: 'Backend seatbelt is experimental: it has not passed its suite on macOS yet',
      readMs: 0,
    }
  }
}

function environment(
  env: Readonly<Record<string, string>>,
  scratch: string,
): Readonly<Record<string, string>> {
  const places = new Set([homeInside, '/tmp'])
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, places.has(value) ? scratch : value]),
  )
}

async function waitForStart(child: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  child.once('spawn', () => resolve(undefined))
  child.once('error', (cause) =>
    reject(
      new SandboxError('MB_SANDBOX_FAILED', `Cannot start a sandbox: ${cause.message}`, { cause }),
    ),
  )
  await promise
}

/** A descriptor of the host's own would be one more way out: everything goes through pipes. */
function relay(child: ChildProcess, { stdin, stdout, stderr }: SpawnOptions): void {
  if (stdin === 'inherit' && child.stdin !== null) {
    child.stdin.on('error', () => {})
    process.stdin.pipe(child.stdin)
    child.once('exit', () => process.stdin.unpipe().pause())
  }
  if (stdout === 'inherit') child.stdout?.pipe(process.stdout, { end: false })
  if (stderr === 'inherit') child.stderr?.pipe(process.stderr, { end: false })
}
