import { provableItems, type BackendName } from '../backend.ts'
import { sandboxMinimum, type ReceiptItem } from '../receipt.ts'
import { SandboxError, type SandboxErrorCode } from '../sandbox-error.ts'
import type { Sandbox, SandboxOptions } from '../sandbox.ts'
import { explainLadder, type Failure } from './explain-ladder.ts'
import { ladderOf } from './ladder.ts'
import { openBackend } from './open-backend.ts'

/** Opens a sandbox by the backend that was named, or by the strongest one that works here and is enough. */
export async function openFirst(options: SandboxOptions): Promise<Sandbox> {
  if (options.backend !== undefined) return openBackend(options.backend, options)
  const { minimum = sandboxMinimum } = options
  const ladder = ladderOf(process.platform)
  const failures: Failure[] = []
  for (const backend of ladder.filter((each) => isEnough(each, minimum))) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- the next one is for where this one fails
      return await openBackend(backend, options)
    } catch (error) {
      if (!(error instanceof SandboxError) || !isOfBackend(error.code)) throw error
      failures.push({ backend, error })
    }
  }
  const weaker = ladder.filter((backend) => !isEnough(backend, minimum))
  throw explainLadder(failures, await findUsable(await withHosts(weaker, options)))
}

/** Whether its jails could prove what is asked for. */
function isEnough(backend: BackendName, minimum: readonly ReceiptItem[]): boolean {
  const items = provableItems(backend)
  return minimum.every((item) => items.includes(item))
}

/** What another backend may do better. A wrong policy is wrong for all. */
function isOfBackend(code: SandboxErrorCode): boolean {
  return (
    code === 'MB_SANDBOX_BACKEND_MISSING' ||
    code === 'MB_SANDBOX_FAILED' ||
    code === 'MB_SANDBOX_BELOW_MINIMUM' ||
    code === 'MB_SANDBOX_NETWORK' ||
    code === 'MB_SANDBOX_PLATFORM'
  )
}

/** Those that could hold a program to the hosts that it is granted: no other is of use to it. */
async function withHosts(
  backends: readonly BackendName[],
  { policy: { net = [] } }: SandboxOptions,
): Promise<readonly BackendName[]> {
  if (net.length === 0) return backends
  const { hasDoorway } = await import('../doorway/require-doorway.ts')
  return backends.filter(hasDoorway)
}

/** The first backend that could be used if less had to be proved. */
async function findUsable(backends: readonly BackendName[]): Promise<BackendName | undefined> {
  const { inspect } = await import('./inspect.ts')
  for (const backend of backends) {
    // oxlint-disable-next-line no-await-in-loop -- the first one is enough
    if ((await inspect(backend)).usable) return backend
  }
  return undefined
}
