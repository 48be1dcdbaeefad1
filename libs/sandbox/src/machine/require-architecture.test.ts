import { describe, expect, it } from 'vitest'
import { requireArchitecture } from './require-architecture.ts'

describe('requireArchitecture()', () => {
  it.each([
    ['win32', 'Run it in the Linux of Windows: wsl --install, and from there as on Linux'],
    [
      'darwin',
      'Run it on Linux, in a virtual machine for example; or try backend seatbelt, which is experimental',
    ],
    ['freebsd', 'Run it on Linux, in a virtual machine for example'],
  ] as const)('refuses %s, and says what to do', (platform, hint) => {
    expect(() => requireArchitecture(platform)).toThrow(
      expect.objectContaining({
        code: 'MB_SANDBOX_PLATFORM',
        message: `Cannot open a sandbox: it needs Linux on x64 or arm64, this is ${platform} on ${process.arch}`,
        hint,
      }),
    )
  })
})
