import type { Duplex, Readable, Writable } from 'node:stream'
import type { BackendName } from './backend.ts'
import type { ExceededLimit, SandboxLimits } from './limits.ts'
import type { HostTraffic } from './doorway/host-traffic.ts'
import type { NetworkDecision } from './network-proxy/network-decision.ts'
import type { NetworkLimits } from './network-proxy/network-limits.ts'
import type { NameResolver } from './network-proxy/name-resolver.ts'
import type { UpstreamProxy } from './network-proxy/upstream-proxy.ts'
import type { SandboxPolicy } from './policy.ts'
import type { PoolOptions, PoolStatus, TakeOptions } from './pool/pool-options.ts'
import type { Receipt, ReceiptItem } from './receipt.ts'

/** What {@link openSandbox} takes. */
export interface SandboxOptions {
  readonly policy: SandboxPolicy
  /** The one way to build it. @default the first that works here */
  readonly backend?: BackendName | undefined
  readonly limits?: SandboxLimits | undefined
  /** The protections that must be proved before a program may run. @default sandboxMinimum */
  readonly minimum?: readonly ReceiptItem[] | undefined
  /** Where the outcome of the probes is kept between programs; without it they run once in each process. */
  readonly cacheDirectory?: string | undefined
  /** Keeps programs of this policy started ahead, for {@link Sandbox.take}. */
  readonly pool?: PoolOptions | undefined
  /** How connections are made that the policy allows; without any, nothing of it is used. */
  readonly network?: NetworkOptions | undefined
}

/** How connections are made for a program that a policy allows them. */
export interface NetworkOptions {
  /** The proxy that this machine has to go through. */
  readonly upstream?: UpstreamProxy | undefined
  /** Certificates of authorities beside those of the system, in PEM, or absolute paths of files with some. */
  readonly certificateAuthorities?: readonly string[] | undefined
  /** @default that of this machine */
  readonly resolve?: NameResolver | undefined
  readonly limits?: NetworkLimits | undefined
  /**
   * Told of each connection, at once when it is decided and when it ends. Where it ends the program, by its signal or by `kill()`,
   * nobody is connected to; where it throws the program's network is closed, and the error told as a warning of the process.
   */
  readonly onDecision?: ((decision: NetworkDecision) => void) | undefined
}

/** What becomes of a standard stream: the host's own, a pipe, or nothing. */
export type StreamChoice = 'inherit' | 'pipe' | 'ignore'

/** How a program is started. */
export interface SpawnOptions {
  /** Folder the program starts in; it has to be visible inside. @default '/' */
  readonly cwd?: string | undefined
  /** @default 'ignore' */
  readonly stdin?: StreamChoice | undefined
  /** @default 'pipe' */
  readonly stdout?: StreamChoice | undefined
  /** @default 'pipe' */
  readonly stderr?: StreamChoice | undefined
  /** Gives the program one end of a socket pair as descriptor 3. @default false */
  readonly channel?: boolean | undefined
  /** Ends the program, and everything that it started. */
  readonly signal?: AbortSignal | undefined
}

/** How {@link Sandbox.run} starts a program and gathers what it writes. */
export interface RunOptions extends Omit<SpawnOptions, 'stdin' | 'channel'> {
  /** Text for the program's standard input; without it there is none. */
  readonly input?: string | Uint8Array | undefined
  /** Most bytes kept of stdout and of stderr; a program that writes more is ended. @default 16 MiB */
  readonly maxOutputBytes?: number | undefined
}

/** What kind of limit ended a program. */
export type EndedBy =
  | 'wall'
  | 'cpu'
  | 'memory'
  | 'processes'
  | 'threads'
  | 'file'
  | 'written'
  | 'output'

/**
 * Something that the program tried and may not, or that opened what was closed to it, seen from outside. What it says itself is no
 * evidence.
 */
export interface Violation {
  readonly kind: 'limit' | 'system-call' | 'protected-path' | 'uncovered-path' | 'network'
  /** Of the limit, or of the system call; or the path; or the host with its port. */
  readonly name: string
  /** How often, as far as the host could see. */
  readonly count: number
}

/** What a program and everything it started used. */
export interface Usage {
  /**
   * CPU time, user and system, in milliseconds: the larger of the kernel's account of all descendants (wait4), with the sandbox's own
   * start, and of what was sampled, the last time before a kill.
   */
  readonly cpuMs: number
  /** The larger of the kernel's peak of the largest process (wait4) and the highest sum over the tree that was sampled. */
  readonly peakMemoryBytes: number
  /** From letting the program go to the end of the last of its processes. */
  readonly wallMs: number
}

/** How a program ended. */
export interface Exit {
  /** Its exit status; null when a signal ended it. */
  readonly code: number | null
  /** The signal that ended it. Told by a status of 128 + n, as a shell does. */
  readonly signal: NodeJS.Signals | null
  readonly ended?: EndedBy
  /** The limit behind {@link ended}, with its value and what was used. */
  readonly exceeded?: ExceededLimit
  readonly usage: Usage
  readonly violations: readonly Violation[]
  /** The hosts that it asked the proxy for; absent where its policy allows no connections. */
  readonly network?: readonly HostTraffic[]
}

/** A program under its policy. Disposing kills it and waits until all of it is gone. */
export interface SandboxedProcess extends AsyncDisposable {
  /** Process id, as the host sees it. */
  readonly pid: number
  readonly stdin: Writable | null
  readonly stdout: Readable | null
  readonly stderr: Readable | null
  /** The host's end of descriptor 3. */
  readonly channel: Duplex | null
  readonly receipt: Receipt
  /** What it tried and may not, so far. */
  readonly violations: readonly Violation[]
  /** Settles when the program and everything that it started are gone. */
  readonly exited: Promise<Exit>
  /** With `SIGKILL` ends everything inside; any other signal goes to the program alone. @default 'SIGKILL' */
  kill(signal?: NodeJS.Signals): void
}

/** What {@link Sandbox.run} gives. */
export interface RunResult extends Exit {
  readonly stdout: string
  readonly stderr: string
  readonly receipt: Receipt
}

/** A policy made ready: each program started from it gets a sandbox of its own. Disposing ends them all. */
export interface Sandbox extends AsyncDisposable {
  /**
   * Starts a program: resolves when its receipt was read and satisfied the minimum, and the program was let go.
   *
   * @throws SandboxError `MB_SANDBOX_BELOW_MINIMUM`, `MB_SANDBOX_COMMAND_MISSING`, `MB_SANDBOX_POLICY`, `MB_SANDBOX_FAILED`
   */
  spawn(
    command: string,
    args?: readonly string[],
    options?: SpawnOptions,
  ): Promise<SandboxedProcess>
  /**
   * Starts a program and waits for its end. A status other than 0 is a result, no error.
   *
   * @throws SandboxError as {@link Sandbox.spawn}
   * @throws SandboxLimitError where a limit ended the program
   */
  run(command: string, args?: readonly string[], options?: RunOptions): Promise<RunResult>
  /**
   * Runs a command that the policy grants by `exec`, in a jail of its own: with the same grants, its own file and what was granted with
   * it. It is named as in the policy. Its arguments are held to nothing but the grants.
   *
   * @throws SandboxError `MB_SANDBOX_POLICY` for a command that is not granted, or was replaced since; else as {@link Sandbox.run}
   */
  execute(command: string, args?: readonly string[], options?: RunOptions): Promise<RunResult>
  /**
   * Hands out a program that was started ahead, or starts it now where none waits. It is this tenant's alone and never another's.
   *
   * Time, CPU time, output and what is written to files count from here; memory, processes and threads are all that there are.
   *
   * @throws SandboxError as {@link Sandbox.spawn}; TypeError where the sandbox was opened without `pool`
   */
  take(options?: TakeOptions): Promise<SandboxedProcess>
  /** Of what is started ahead; undefined without `pool`. */
  readonly pool: PoolStatus | undefined
}
