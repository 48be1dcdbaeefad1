import type { JailBuilder } from '../../jail/jail-builder.ts'
import { SandboxError } from '../../sandbox-error.ts'

export async function findSeatbelt(
  platform: NodeJS.Platform = process.platform,
): Promise<JailBuilder> {
  throw new SandboxError(
    'MB_SANDBOX_PLATFORM',
    `Cannot open a sandbox: backend seatbelt needs macOS, this is ${platform}`,
  )
}
