import type { JailBuilder } from '../../jail/jail-builder.ts'
import { findLoader, requireLoader, type Loader } from '../../loader/loader.ts'
import { howToInstall } from '../../machine/how-to-install.ts'
import { findTrusted } from '../../machine/trusted-tool.ts'
import { missingPart } from '../../machine/missing-part.ts'
import { readToolVersion } from '../../machine/tool-version.ts'
import { requireArchitecture } from '../../machine/require-architecture.ts'
import { orderBubblewrap } from './bubblewrap-order.ts'

/**
 * Finds what is needed to build jails by bubblewrap.
 *
 * @throws SandboxError `MB_SANDBOX_PLATFORM`, `MB_SANDBOX_BACKEND_MISSING`
 */
export async function findBubblewrap(
  loader: Loader | undefined = findLoader(),
  cacheDirectory?: string,
): Promise<JailBuilder> {
  const architecture = requireArchitecture()
  const bubblewrap = findTrusted('bwrap')
  if (bubblewrap === undefined)
    throw missingPart(
      'bubblewrap is not installed where only root can write',
      howToInstall('bubblewrap'),
    )
  // Run with the rights of root it refuses most of what is asked of it here.
  if (bubblewrap.setuid)
    throw missingPart('bubblewrap is setuid', `Take the bit off: chmod u-s ${bubblewrap.path}`)
  const present = requireLoader(loader)
  const version = await readToolVersion(bubblewrap, cacheDirectory)
  if (!isEnough(version))
    throw missingPart(`bubblewrap ${version} is older than 0.8`, 'Upgrade bubblewrap')
  return {
    backend: 'bubblewrap',
    level: 'sandbox',
    version,
    architecture,
    loader: present,
    programs: [bubblewrap, present.tool],
    order: (plan, cwd) => orderBubblewrap(bubblewrap.path, plan, cwd),
  }
}

function isEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 0 || minor >= 8
}
