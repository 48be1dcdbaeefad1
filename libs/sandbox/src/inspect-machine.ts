/** What this machine's kernel has of what sandboxes are built from. */
export interface MachineReport {
  readonly platform: NodeJS.Platform
  readonly architecture: string
  readonly kernel: string
  readonly userNamespaces: {
    /** Settings of the kernel that decide about them, by their names in sysctl(8), as far as it has them. */
    readonly settings: Readonly<Record<string, string>>
    /** The one that forbids them to an ordinary user; root passes some. */
    readonly forbiddenBy?: string
    /** How to allow them. */
    readonly fix?: string
  }
  /** Version of Landlock's interface; null where there is none, or nothing here to ask by. */
  readonly landlockAbi: number | null
  /** Whether programs can be put under a filter of system calls. */
  readonly seccomp: boolean
  /** The cgroups that a run can get of its own, and what they keep; where there are none, a watchdog keeps it. */
  readonly cgroups: readonly { readonly version: 1 | 2; readonly controllers: readonly string[] }[]
  /** Whether systemd gives a run cgroups, which is tried where it can get none by itself. */
  readonly scope: ScopeReport
  /** The program of the system that sets up what others cannot: perl, python3 or a helper; null where there is none. */
  readonly loader: string | null
  /** The program of the system by which a command is observed; null where there is none that only root can have changed. */
  readonly strace: string | null
}

/** Whether limits can be kept by a scope of the user's own systemd. */
export type ScopeReport =
  | { readonly state: 'not needed' | 'usable' }
  | { readonly state: 'unusable'; readonly reason: string; readonly fix?: string }

/**
 * What this machine's kernel offers: facts, where {@link inspectBackends} tells what comes of them.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { inspectMachine } from '@mb/sandbox'
 *
 * const { platform, userNamespaces } = await inspectMachine()
 * assert.equal(platform, process.platform)
 * if (userNamespaces.forbiddenBy !== undefined) console.log(userNamespaces.fix)
 * ```
 */
export async function inspectMachine(): Promise<MachineReport> {
  const { readMachine } = await import('./machine/read-machine.ts')
  return readMachine()
}
