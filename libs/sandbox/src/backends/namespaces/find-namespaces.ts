import { release } from 'node:os'
import type { JailBuilder } from '../../jail/jail-builder.ts'
import { findLoader, requireLoader, type Loader } from '../../loader/loader.ts'
import { howToInstall } from '../../machine/how-to-install.ts'
import { missingPart } from '../../machine/missing-part.ts'
import { requireArchitecture } from '../../machine/require-architecture.ts'
import { namespaceSteps } from './namespace-steps.ts'
import type { Overlay } from './mount-overlay.ts'
import { builderScript } from '../../builder/builder-script.ts'
import { encodeSteps } from '../../builder/step.ts'

/**
 * Finds what is needed to build jails from namespaces: perl or python3, and a kernel with mount_setattr(2).
 *
 * @param overlay a folder whose changes go elsewhere
 * @throws SandboxError `MB_SANDBOX_PLATFORM`, `MB_SANDBOX_BACKEND_MISSING`
 */
export async function findNamespaces(
  loader: Loader | undefined = findLoader(),
  overlay?: Overlay,
): Promise<JailBuilder> {
  const architecture = requireArchitecture()
  const present = requireLoader(loader)
  const version = release()
  if (!isEnough(version))
    throw missingPart(`Linux ${version} is older than 5.12`, howToInstall('bubblewrap'))
  const { tool, options } = present
  const user = process.getuid?.() ?? 0
  const group = process.getgid?.() ?? 0
  return {
    backend: 'namespaces',
    level: 'sandbox',
    version,
    architecture,
    loader: present,
    programs: [tool],
    order: (plan, cwd) => ({
      command: [tool.path, ...options, builderScript(present)],
      data: [encodeSteps(namespaceSteps(plan, { architecture, cwd, user, group, overlay }))],
      filterSteps: plan.filter.length / 8,
      isScoped: false,
      trials: [],
      countsDenials: true,
    }),
  }
}

function isEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
  return major > 5 || (major === 5 && minor >= 12)
}
