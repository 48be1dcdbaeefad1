import { call, type CallName } from './system-calls.ts'
import type { EndedBy, ReceiptItem, SandboxLimits, SandboxPolicy } from '@mb/sandbox'

/** A way out that a hostile program tries, aimed at files, listeners and processes of the test alone. */
export interface Mechanism {
  readonly name: string
  /** The mechanism that this is another form of: both count as one. */
  readonly variantOf?: string | undefined
  /** The protection that stops it. Where a receipt does not state it as proved, nothing was promised. */
  readonly stoppedBy: ReceiptItem
  /**
   * Ends with 0 when it worked, with 1 when it was denied, and with 3 when it waited in vain; anything else shows nothing. With
   * {@link exhausts} it ends with 0 when nothing stopped it.
   */
  readonly command: readonly string[]
  /** Put before the command where it runs without a sandbox: what it needs to work there. */
  readonly prefix?: readonly string[] | undefined
  /** A file that shows that it worked, whatever the program says. */
  readonly trace?: string | undefined
  /** How long after the end of the program the trace may still come. */
  readonly settleMs?: number | undefined
  /** Variables of the host, set before it opens the sandbox. */
  readonly hostEnv?: Readonly<Record<string, string>> | undefined
  readonly limits?: SandboxLimits | undefined
  readonly policy?: Pick<SandboxPolicy, 'tmpBytes'> | undefined
  /** It takes all that it gets: the limits that end it, and how long it lives without them where it does not end by itself. */
  readonly exhausts?: { readonly ended: readonly EndedBy[]; readonly aliveMs?: number } | undefined
  /** Signals by which the kernel ends it where it is denied. */
  readonly killedBy?: readonly NodeJS.Signals[] | undefined
  /** It worked if the runner could connect to the port that it printed, whatever the program says. */
  readonly connected?: boolean | undefined
  /** Statuses beside 1 and 3 by which another program that it becomes says that it was denied. */
  readonly refusedWith?: readonly number[] | undefined
  /** Why level `restricted` promises nothing about it. */
  readonly notRestricted?: string | undefined
  /** Why it cannot be tried here, where that is so. */
  readonly skip?: string | undefined
  /** What this machine may lack: where it fails without a sandbox as well, that is the reason. */
  readonly feature?: string | undefined
}

/** What the attacks aim at, and who tries them. */
export interface Targets {
  /** The folder that all of it lies in, which no policy grants. */
  readonly base: string
  /** Granted for reading: `file`, `victim`, `link` to the canary, `socket` that is listened on, and a repository `repository`. */
  readonly granted: string
  /** Granted for writing. */
  readonly writable: string
  /** Granted for writing as well, and nothing but moved. */
  readonly movable: string
  readonly canary: string
  /** A listener like that of a container engine or an agent for keys, which is not granted. */
  readonly hiddenSocket: string
  readonly abstract: string
  readonly tcpPort: number
  readonly tcp6Port: number
  /** Answers `pong` to `ping`, and otherwise as a server of names does. */
  readonly udpPort: number
  /** A process of the same user, that ignores what it can, and leaves `signalled` in the base when it gets SIGUSR2. */
  readonly victim: number
  /** The process that opens the sandbox. */
  readonly host: number
  readonly hostName: string
  readonly isRoot: boolean
  /** What only root can make: a copy of `id` that runs as another user, one of `cat` that has a right. */
  readonly madeByRoot: { readonly setuid: string; readonly capable: string } | undefined
  /** A library that leaves both traces as soon as it is loaded, where it can: in a folder granted for writing, and outside. */
  readonly library: string | undefined
  readonly libraryTraces: { readonly inside: string; readonly outside: string }
}

/**
 * What a careless parent hands down: the canary, its folder, a stream to the host. Node keeps descriptors up to the first gap after 15
 * to itself; these lie beyond it.
 */
export const inherited = { file: 40, folder: 41, stream: 42 } as const

type Options = Partial<Omit<Mechanism, 'name' | 'stoppedBy' | 'command'>>

/** Makes a mechanism. */
export function mechanism(
  name: string,
  stoppedBy: ReceiptItem,
  command: readonly string[],
  options: Options = {},
): Mechanism {
  return { name, stoppedBy, command, ...options }
}

/** A program in perl, which is there wherever a jail can be built by it. Nothing that goes wrong in it looks like a denial. */
export function perl(code: string, ...args: readonly (string | number)[]): readonly string[] {
  const guard =
    'BEGIN { $SIG{__DIE__} = sub { print STDERR @_; exit 99 }; $SIG{ALRM} = sub { exit 3 } } alarm 3;'
  return ['/usr/bin/perl', '-e', `${guard} ${code}; exit 1;`, ...args.map(String)]
}

/** A script for the system's shell. */
export function shell(text: string, ...args: readonly (string | number)[]): readonly string[] {
  return ['/bin/sh', '-c', text, 'sh', ...args.map(String)]
}

/** A program for Node, without any flag: an error in it is a denial if it has a code, and shows nothing otherwise. */
export function node(code: string, ...args: readonly (string | number)[]): readonly string[] {
  const guard = `
    const denied = (error) => { if (!error?.code) console.error(error); process.exit(error?.code ? 1 : 99) }
    process.on('uncaughtException', denied); process.on('unhandledRejection', denied)
    setTimeout(() => process.exit(3), 3000).unref()
    const args = process.argv.slice(1)`
  return [process.execPath, '-e', `${guard}\n${code}`, ...args.map(String)]
}

/** A program for Node that sees to its own end. */
export function script(code: string, ...args: readonly (string | number)[]): readonly string[] {
  return [process.execPath, '-e', code, ...args.map(String)]
}

/** Arguments after which a command of this user has every right in namespaces of its own. */
export const asOwnRoot: readonly string[] = ['/usr/bin/unshare', '-Urm']

/** Succeeds when a file that is named holds the canary. */
export const readAny =
  'for (@ARGV) { open(my $f, "<", $_) or next; exit 0 if (<$f> // "") =~ /canary/ }'

/** A system call in perl that worked if it answers anything but an error. */
export function succeeds(name: CallName, ...args: readonly (string | number)[]): string {
  return `exit 0 if syscall(${[call(name), ...args].join(', ')}) >= 0`
}

/**
 * A system call in perl that does no harm, and worked if it came past the question whether it may be made: the kernel asks that
 * first, and finds fault with the arguments later.
 */
export function isAllowed(name: CallName, ...args: readonly (string | number)[]): string {
  return `$! = 0; exit 0 if syscall(${[call(name), ...args].join(', ')}) >= 0 || ($! != 1 && $! != 13 && $! != 38)`
}
