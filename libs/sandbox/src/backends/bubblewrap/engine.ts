import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { SandboxError } from '../../sandbox-error.ts'
import { thisArchitecture, type Architecture } from '../../seccomp/system-calls.ts'
import { howToInstall } from './how-to-install.ts'
import { findLoader, type Loader } from './loader.ts'
import { findTrusted, type TrustedTool } from './trusted-tool.ts'

/** The parts of this machine that a jail is built from. */
export interface Engine {
  readonly bubblewrap: TrustedTool
  readonly version: string
  readonly loader: Loader
  readonly architecture: Architecture
}

/**
 * Finds the parts.
 *
 * @throws SandboxError `MB_SANDBOX_PLATFORM`, `MB_SANDBOX_BACKEND_MISSING`
 */
export async function findEngine(): Promise<Engine> {
  const architecture = thisArchitecture()
  if (process.platform !== 'linux' || architecture === undefined) {
    throw new SandboxError(
      'MB_SANDBOX_PLATFORM',
      `Cannot open a sandbox: bubblewrap needs Linux on x64 or arm64, this is ${process.platform} on ${process.arch}`,
      { hint: 'Run it on Linux, in a virtual machine for example' },
    )
  }
  const bubblewrap = findTrusted('bwrap')
  if (bubblewrap === undefined)
    throw missing(
      'bubblewrap is not installed where only root can write',
      howToInstall('bubblewrap'),
    )
  // Run with the rights of root it refuses most of what is asked of it here.
  if (bubblewrap.setuid)
    throw missing('bubblewrap is setuid', `Take the bit off: chmod u-s ${bubblewrap.path}`)
  const loader = findLoader()
  if (loader === undefined)
    throw missing(
      'neither perl nor python3 is installed where only root can write',
      howToInstall('perl'),
    )
  const version = await readVersion(bubblewrap.path)
  if (!isEnough(version))
    throw missing(`bubblewrap ${version} is older than 0.8`, 'Upgrade bubblewrap')
  return { bubblewrap, version, loader, architecture }
}

const versions = new Map<string, Promise<string>>()

/** Asked once in each process: it costs a start. */
async function readVersion(path: string): Promise<string> {
  const known = versions.get(path)
  if (known !== undefined) return known
  const asked = promisify(execFile)(path, ['--version'], { env: {}, timeout: 10_000 }).then(
    ({ stdout }) => /\d+\.\d+(?:\.\d+)?/.exec(stdout)?.[0] ?? 'unknown',
  )
  versions.set(path, asked)
  return asked
}

function isEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 0 || minor >= 8
}

function missing(state: string, hint: string): SandboxError {
  return new SandboxError('MB_SANDBOX_BACKEND_MISSING', `Cannot open a sandbox: ${state}`, { hint })
}
