import { SandboxError } from '../sandbox-error.ts'

/** The error for what a jail cannot be built without. */
export function missingPart(state: string, hint: string): SandboxError {
  return new SandboxError('MB_SANDBOX_BACKEND_MISSING', `Cannot open a sandbox: ${state}`, { hint })
}
