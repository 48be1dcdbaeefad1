import { SandboxError } from '../sandbox-error.ts'
import { thisArchitecture, type Architecture } from '../seccomp/system-calls.ts'

/**
 * This machine's processor, where there are sandboxes for it.
 *
 * @throws SandboxError `MB_SANDBOX_PLATFORM`
 */
export function requireArchitecture(): Architecture {
  const architecture = thisArchitecture()
  if (process.platform === 'linux' && architecture !== undefined) return architecture
  throw new SandboxError(
    'MB_SANDBOX_PLATFORM',
    `Cannot open a sandbox: it needs Linux on x64 or arm64, this is ${process.platform} on ${process.arch}`,
    { hint: 'Run it on Linux, in a virtual machine for example' },
  )
}
