import { SandboxError } from '../sandbox-error.ts'
import { thisArchitecture, type Architecture } from '../seccomp/system-calls.ts'

/**
 * This machine's processor, where there are sandboxes for it.
 *
 * @throws SandboxError `MB_SANDBOX_PLATFORM`
 */
export function requireArchitecture(platform: NodeJS.Platform = process.platform): Architecture {
  const architecture = thisArchitecture()
  if (platform === 'linux' && architecture !== undefined) return architecture
  throw new SandboxError(
    'MB_SANDBOX_PLATFORM',
    `Cannot open a sandbox: it needs Linux on x64 or arm64, this is ${platform} on ${process.arch}`,
    { hint: hints[platform] ?? 'Run it on Linux, in a virtual machine for example' },
  )
}

// Containers as well hold programs of Linux, of which these systems have none to run them with.
const hints: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  win32: 'Run it in the Linux of Windows: wsl --install, and from there as on Linux',
  darwin:
    'Run it on Linux, in a virtual machine for example; or try backend seatbelt, which is experimental',
}
