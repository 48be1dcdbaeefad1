import { backendNames, type BackendName } from '../backend.ts'
import { openJails } from '../jail/open-jails.ts'
import { SandboxError, type SandboxErrorCode } from '../sandbox-error.ts'
import type { Sandbox, SandboxOptions } from '../sandbox.ts'
import { findBuilder } from './find-builder.ts'

/** Opens a sandbox by the backend that was named, or by the first one that works here. */
export async function openFirst(options: SandboxOptions): Promise<Sandbox> {
  if (options.backend !== undefined) return open(options.backend, options)
  const failures: SandboxError[] = []
  for (const backend of backendNames) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- the next one is for where this one fails
      return await open(backend, options)
    } catch (error) {
      if (!(error instanceof SandboxError) || !isOfBackend(error.code)) throw error
      failures.push(error)
    }
  }
  throw allFailed(failures)
}

async function open(backend: BackendName, options: SandboxOptions): Promise<Sandbox> {
  return openJails(await findBuilder(backend), options)
}

/** What another backend may do better. A wrong policy is wrong for all. */
function isOfBackend(code: SandboxErrorCode): boolean {
  return (
    code === 'MB_SANDBOX_BACKEND_MISSING' ||
    code === 'MB_SANDBOX_FAILED' ||
    code === 'MB_SANDBOX_BELOW_MINIMUM'
  )
}

/** The last one needs the least, so that what it lacks is what has to be seen to. */
function allFailed(failures: readonly SandboxError[]): SandboxError {
  const last = failures.at(-1)
  if (last === undefined) throw new TypeError('Cannot open a sandbox: there is no backend')
  return new SandboxError(last.code, last.message, {
    hint: last.hint,
    details: { ...last.details, tried: failures.map(({ message, hint }) => ({ message, hint })) },
    cause: new AggregateError(failures, 'No backend works'),
  })
}
