import { howToInstall } from '../machine/how-to-install.ts'
import { findTrusted, type TrustedTool } from '../machine/trusted-tool.ts'
import { missingPart } from '../machine/missing-part.ts'

/** The programs of the system by which another one is watched. */
export interface TracingTools {
  readonly strace: TrustedTool
  readonly shell: TrustedTool
  readonly cat: TrustedTool
}

/**
 * @throws SandboxError `MB_SANDBOX_BACKEND_MISSING` where there is no strace that nobody but root could have changed
 */
export function findStrace(): TracingTools {
  const [strace, shell, cat] = [findTrusted('strace'), findTrusted('sh'), findTrusted('cat')]
  if (strace === undefined || shell === undefined || cat === undefined)
    throw missingPart(
      'strace, by which a command is observed, is not installed where only root can write',
      howToInstall('strace'),
    )
  return { strace, shell, cat }
}
