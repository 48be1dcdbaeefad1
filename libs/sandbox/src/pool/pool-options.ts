import { requireKnownNames } from '../known-names.ts'
import type { StreamChoice } from '../sandbox.ts'

/** What is kept started ahead: one program, in jails of the sandbox's policy. */
export interface PoolOptions {
  /** Looked up as in {@link Sandbox.spawn}. It should wait for what to do on descriptor 3. */
  readonly command: string
  readonly args?: readonly string[] | undefined
  /** Folder that it starts in; it has to be visible inside. @default '/' */
  readonly cwd?: string | undefined
  /** @default 'pipe' */
  readonly stdout?: Exclude<StreamChoice, 'inherit'> | undefined
  /** @default 'pipe' */
  readonly stderr?: Exclude<StreamChoice, 'inherit'> | undefined
  /** Most that wait at one time. @default 1 */
  readonly spares?: number | undefined
  /** How long one waits before it is ended; the next tenant brings a new one. @default 60_000 */
  readonly idleMs?: number | undefined
  /** Most that all who wait may hold, counted as the limit on memory is. @default 256 MiB */
  readonly memoryBytes?: number | undefined
}

/** How {@link Sandbox.take} hands a program out. */
export interface TakeOptions {
  /** Ends the program, and everything that it started. */
  readonly signal?: AbortSignal | undefined
}

/** What a pool holds, and what became of what it held. */
export interface PoolStatus {
  /** Programs that have begun and wait for a tenant. */
  readonly ready: number
  /** What those who wait hold, when it was last looked at. */
  readonly memoryBytes: number
  /** Tenants that were given a program that waited. */
  readonly warm: number
  /** Tenants that had to wait for one to be started. */
  readonly cold: number
  /** Programs that no tenant was given: they ended, were too old or too large, or no longer as they were started. */
  readonly discarded: number
}

/** Pool options with nothing left out. */
export type PoolPlan = {
  readonly [Name in keyof PoolOptions]-?: Exclude<PoolOptions[Name], undefined>
}

/**
 * Fills in what was left out.
 *
 * @throws TypeError for an option that there is not, RangeError for a bound that bounds nothing
 */
export function planPool(options: PoolOptions): PoolPlan {
  requireKnownNames('an option of a pool', options, names)
  const { spares = 1, idleMs = 60_000, memoryBytes = 256 * 1024 * 1024 } = options
  if (!Number.isSafeInteger(spares) || spares < 1 || spares > mostSpares)
    throw new RangeError(`Cannot keep ${spares} programs ahead: it has to be 1 to ${mostSpares}`)
  for (const [name, value] of Object.entries({ idleMs, memoryBytes }))
    if (!(value > 0))
      throw new RangeError(`Cannot bound ${name} by ${value}: it has to be positive`)
  const { command, args = [], cwd = '/', stdout = 'pipe', stderr = 'pipe' } = options
  for (const choice of [stdout, stderr])
    // Before it has a tenant, nothing that it writes is for the person.
    if (choice !== 'pipe' && choice !== 'ignore')
      throw new TypeError(
        `Cannot start ahead with a stream of ${String(choice)}: take pipe or ignore`,
      )
  return { command, args, cwd, stdout, stderr, spares, idleMs, memoryBytes }
}

// Each is a jail of its own, with some tens of MB.
const mostSpares = 256

const names: Readonly<Record<keyof PoolOptions, true>> = {
  command: true,
  args: true,
  cwd: true,
  stdout: true,
  stderr: true,
  spares: true,
  idleMs: true,
  memoryBytes: true,
}
