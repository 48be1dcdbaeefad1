import { dirname } from 'node:path'
import { SandboxError } from '../sandbox-error.ts'

/** The error for a path that cannot be granted, with the path as it was written in its details. */
export function refusal(path: string, state: string, hint?: string, cause?: unknown): SandboxError {
  return new SandboxError('MB_SANDBOX_POLICY', `Cannot grant ${JSON.stringify(path)}: ${state}`, {
    hint,
    details: { path },
    ...(cause === undefined ? {} : { cause }),
  })
}

/** The refusal of a path in which the person themselves may not look for what has to be hidden. */
export function closedTo(path: string, error: unknown): SandboxError {
  const where =
    error instanceof Error && 'path' in error && typeof error.path === 'string'
      ? dirname(error.path)
      : path
  return refusal(
    path,
    `you may not look into ${JSON.stringify(where)}`,
    'Grant what you may read yourself',
  )
}
