import { callNumber, loaderCalls, type Architecture } from '../seccomp/system-calls.ts'
import { howToInstall } from '../machine/how-to-install.ts'
import { missingPart } from '../machine/missing-part.ts'
import { findTrusted, findTrustedFile, type TrustedTool } from '../machine/trusted-tool.ts'
import { perlLoader } from './perl-loader.ts'
import { pythonLoader } from './python-loader.ts'

/**
 * The program between the host and what builds the jail. It does what neither can: it replaces the session keyring, closes every
 * descriptor that was inherited, sets limits on resources, and keeps the kernel's account of what was used.
 */
export interface Loader {
  readonly kind: 'perl' | 'python' | 'helper'
  readonly tool: TrustedTool
  /** Before a script: without modules, settings or anything else of the machine. */
  readonly options: readonly string[]
  readonly script: string
}

/** What the loader is told beside its arguments, on the control socket. */
export interface LoaderSetup {
  readonly resourceLimits: readonly {
    readonly resource: number
    readonly soft: number
    readonly hard: number
  }[]
  /** Folders of cgroups that the jail is entered in. Where that fails they are empty, which the host sees. */
  readonly groups: readonly string[]
  /** Whether Landlock keeps the signals of the loader, and of all that it starts, to themselves. */
  readonly isScoped: boolean
  /** What builds the jail, with what it runs inside. No word holds a NUL byte. */
  readonly command: readonly string[]
  /** Contents of files in memory that the builder gets, from {@link firstDataDescriptor} on. */
  readonly data: readonly Uint8Array[]
}

/** The builder's messages and the gate's; gone before the program begins. Descriptor 4 is the loader's alone. */
export const statusDescriptor = 5
/** Where the program's own stdout and stderr wait while the sandbox is set up, so that its messages go to the host. */
export const heldDescriptors = { stdout: 6, stderr: 7 } as const
/** Descriptor of the first file in memory. */
export const firstDataDescriptor = 8

/** The first loader that this machine has: perl is part of Debian's base and starts in a millisecond. */
export function findLoader(): Loader | undefined {
  return findPerlLoader() ?? findPythonLoader() ?? findHelperLoader()
}

/**
 * @throws SandboxError `MB_SANDBOX_BACKEND_MISSING` where there is none
 */
export function requireLoader(loader: Loader | undefined): Loader {
  if (loader !== undefined) return loader
  throw missingPart(
    'neither perl nor python3 is installed where only root can write',
    `${howToInstall('perl')}\nor build the helper: ${howToBuildHelper}`,
  )
}

function findPerlLoader(): Loader | undefined {
  const tool = findTrusted('perl')
  if (tool === undefined) return undefined
  return { kind: 'perl', tool, options: ['-f', '-e'], script: perlLoader }
}

/** The loader for machines without perl. */
export function findPythonLoader(): Loader | undefined {
  const tool = findTrusted('python3')
  if (tool === undefined) return undefined
  return { kind: 'python', tool, options: ['-I', '-S', '-c'], script: pythonLoader }
}

/** The loader for machines with neither: a program of this package, which is shipped as source alone. */
export function findHelperLoader(place: string = helperPlace): Loader | undefined {
  const tool = findTrustedFile(place)
  if (tool === undefined) return undefined
  return { kind: 'helper', tool, options: [], script: 'loader' }
}

const helperPlace = '/usr/local/libexec/mb-sandbox-loader'

/** The commands that build and install the helper, from the folder that holds node_modules. */
const howToBuildHelper = [
  'cc -O2 -static -o mb-sandbox-loader node_modules/@mb/sandbox/helper/*.c',
  `sudo install -D -o root -g root -m 755 mb-sandbox-loader ${helperPlace}`,
].join(' && ')

/** The arguments of the loader's script: who the parent is, whether there is a channel, and the numbers of its system calls. */
export function loaderArguments(
  architecture: Architecture,
  keepChannel: boolean,
): readonly string[] {
  const numbers = Object.values(loaderCalls).map((call) => String(callNumber(call, architecture)))
  return [String(process.pid), keepChannel ? '1' : '0', ...numbers]
}

/** The setup as one message: each part after its length as 32 bits, big-endian. */
export function encodeSetup(setup: LoaderSetup): Buffer {
  const limits = setup.resourceLimits.map(
    ({ resource, soft, hard }) => `${resource} ${soft} ${hard}`,
  )
  const parts = [
    Buffer.from(limits.join('\n')),
    Buffer.from(setup.groups.join('\n')),
    Buffer.from(setup.isScoped ? '1' : ''),
    Buffer.from(setup.command.join('\0')),
    ...setup.data,
  ]
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(part.length)
      return [length, part]
    }),
  )
}
