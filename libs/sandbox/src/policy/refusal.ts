import { SandboxError } from '../sandbox-error.ts'

/** The error for a path that cannot be granted, with the path as it was written in its details. */
export function refusal(path: string, state: string, hint?: string): SandboxError {
  return new SandboxError('MB_SANDBOX_POLICY', `Cannot grant ${JSON.stringify(path)}: ${state}`, {
    hint,
    details: { path },
  })
}
