import { execFile } from 'node:child_process'
import { release } from 'node:os'
import { promisify } from 'node:util'
import type { JailBuilder } from '../../jail/jail-builder.ts'
import { findLoader, requireLoader, type Loader } from '../../loader/loader.ts'
import { missingPart } from '../../machine/missing-part.ts'
import { requireArchitecture } from '../../machine/require-architecture.ts'
import { seccompFilter } from '../../seccomp/filter.ts'
import { restrictedRules } from '../../seccomp/restricted-rules.ts'
import { areSignalsScoped, oldestAbi } from './landlock-rules.ts'
import { orderLandlock } from './order-landlock.ts'

/**
 * Finds what is needed to close jails by Landlock and a filter, without any namespace.
 *
 * @param known the version of Landlock's interface, where a test has the jail of an older kernel built
 * @throws SandboxError `MB_SANDBOX_PLATFORM`, `MB_SANDBOX_BACKEND_MISSING`
 */
export async function findLandlock(
  loader: Loader | undefined = findLoader(),
  known?: number,
): Promise<JailBuilder> {
  const architecture = requireArchitecture()
  const present = requireLoader(loader)
  const abi = known ?? (await landlockAbi(present))
  const version = release()
  if (abi === undefined)
    throw missingPart(
      `Linux ${version} has no Landlock, or it is switched off`,
      'Use Linux 6.2 or later, and add landlock to the lsm= parameter of the kernel; a container may forbid it by its seccomp profile',
    )
  if (abi < oldestAbi)
    throw missingPart(
      `the Landlock of Linux ${version} does not keep files from being cut short`,
      'Use Linux 6.2 or later',
    )
  const filter = seccompFilter(architecture, restrictedRules(architecture, areSignalsScoped(abi)))
  return {
    backend: 'landlock',
    level: 'restricted',
    version,
    architecture,
    loader: present,
    programs: [present.tool],
    shape: { abi, filter: filter.toString('base64') },
    order: (plan, cwd) => orderLandlock({ architecture, abi, loader: present, filter }, plan, cwd),
  }
}

const versions = new Map<string, Promise<number | undefined>>()

/** The version of Landlock's interface that this kernel has; undefined for none. Asked once in each process: it costs a start. */
export async function landlockAbi(loader: Loader): Promise<number | undefined> {
  const { path } = loader.tool
  const asked = versions.get(path) ?? ask(loader)
  versions.set(path, asked)
  return asked
}

async function ask({ tool, options, kind }: Loader): Promise<number | undefined> {
  try {
    const { stdout } = await promisify(execFile)(tool.path, [...options, questions[kind]], {
      env: {},
      timeout: 10_000,
    })
    const abi = Number(stdout)
    return Number.isSafeInteger(abi) && abi > 0 ? abi : undefined
  } catch {
    return undefined
  }
}

// landlock_create_ruleset(2) without a ruleset, to be told the version.
// The helper takes a word.
const questions: Readonly<Record<Loader['kind'], string>> = {
  perl: 'print syscall(444, 0, 0, 1)',
  helper: 'landlock',
  python: 'import ctypes; print(ctypes.CDLL(None).syscall(444, None, 0, 1))',
}
