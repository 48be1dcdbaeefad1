import { once } from 'node:events'
import { mkdir, realpath, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import type { ProbeFinding, ReceiptItem, SandboxLevel } from '../receipt.ts'
import { restrictedJudged } from '../seccomp/restricted-calls.ts'
import {
  callNumber,
  judgedCalls,
  loaderCalls,
  type Architecture,
  type KnownNumbers,
} from '../seccomp/system-calls.ts'
import type { Loader } from '../loader/loader.ts'
import { nameError } from './judge-trials.ts'
import { perlProber, pythonProber } from './prober.ts'
import { makeOwnFolder } from '../machine/own-folder.ts'

/** Something that a program tries inside, and the answers that are right. */
interface Probe {
  readonly name: string
  readonly item: ReceiptItem
  /** An operation of the prober with its arguments. */
  readonly attempt: readonly (string | number)[]
  /** Names of errors, or `success`. */
  readonly expected: readonly string[]
}

/** Runs a command in a jail of the shape in question, with the two folders granted, and gives what it printed. */
export type RunProber = (
  command: readonly string[],
  folders: { readonly read: string; readonly write: string },
) => Promise<string>

/** Tries the protections out, against a file, a listener and a process of ours. One program inside does it all. */
export async function runProbes(
  engine: {
    readonly loader: Loader
    readonly architecture: Architecture
    readonly level: SandboxLevel
  },
  run: RunProber,
): Promise<readonly ProbeFinding[]> {
  const { loader, architecture, level } = engine
  const base = await realpath(makeOwnFolder('probe'))
  let connections = 0
  const listener = createServer((socket) => {
    connections += 1
    socket.destroy()
  })
  try {
    const folders = { read: join(base, 'read'), write: join(base, 'write') }
    await Promise.all([mkdir(folders.read), mkdir(folders.write)])
    await writeFile(join(base, 'canary'), 'canary')
    await writeFile(join(folders.read, 'file'), 'granted')
    const port = await listen(listener)
    const probes = listProbes({ base, port, architecture, level })
    const attempts = probes.map(({ attempt }) => attempt.join('\t'))
    const answers = (
      await run([loader.tool.path, ...loader.options, proberOf(loader), ...attempts], folders)
    ).split('\n')
    return probes.map(({ name, item, expected }, index) => {
      const outcome = nameAnswer(answers[index])
      const isSeen = item === 'network' && connections > 0
      return { name, item, outcome, passed: expected.includes(outcome) && !isSeen }
    })
  } finally {
    listener.close()
    await rm(base, { recursive: true, force: true })
  }
}

async function listen(listener: Server): Promise<number> {
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  if (typeof address !== 'object' || address === null)
    throw new TypeError('Cannot probe the network: the listener has no port')
  return address.port
}

function proberOf({ kind }: Loader): string {
  return probers[kind]
}

/** What a probe aims at. */
interface Aim {
  readonly base: string
  readonly port: number
  readonly architecture: Architecture
  readonly level: SandboxLevel
}

const probers: Readonly<Record<Loader['kind'], string>> = {
  perl: perlProber,
  python: pythonProber,
  helper: 'prober',
}

function listProbes(aim: Aim): readonly Probe[] {
  const { base, architecture, level } = aim
  return [
    // Controls: a prober that can do nothing proves nothing.
    probe('read a granted file', 'filesystem', ['read', join(base, 'read/file')], ['success']),
    probe(
      'write in a granted folder',
      'filesystem',
      ['append', join(base, 'write/file')],
      ['success'],
    ),
    ...(level === 'restricted' ? restrictedProbes(aim) : namespaceProbes(aim)),
    // A user without the right gets EACCES where root gets EROFS.
    probe('write in the system', 'filesystem', ['append', '/usr/mb-probe'], ['EROFS', 'EACCES']),
    probe(
      'write a setting of the kernel',
      'filesystem',
      ['append', '/proc/sys/kernel/core_pattern'],
      ['EROFS', 'EACCES'],
    ),
    probe(
      'list the keys of the host',
      'keyring',
      ['read', '/proc/keys'],
      ['EACCES', 'ENOENT', 'ENODATA'],
    ),
    ...callProbes(architecture),
  ]
}

/** What is not there to be found. */
function namespaceProbes({ base, port }: Aim): readonly Probe[] {
  return [
    probe(
      'write in a folder granted to read',
      'filesystem',
      ['append', join(base, 'read/new')],
      ['EROFS'],
    ),
    probe('read a file outside', 'filesystem', ['read', join(base, 'canary')], ['ENOENT']),
    probe('read accounts of the host', 'filesystem', ['read', '/etc/shadow'], ['ENOENT']),
    probe('connect to the host', 'network', ['connect', port], ['ECONNREFUSED']),
    probe('signal the host', 'processes', ['kill', process.pid], ['ESRCH']),
    probe('open the terminal', 'session', ['append', '/dev/tty'], ['ENXIO']),
  ]
}

/** What is there, and refused. */
function restrictedProbes({ base, port, architecture }: Aim): readonly Probe[] {
  const canary = join(base, 'canary')
  const file = join(base, 'read/file')
  return [
    probe(
      'write in a folder granted to read',
      'filesystem',
      ['append', join(base, 'read/new')],
      ['EACCES'],
    ),
    probe('read a file outside', 'filesystem', ['read', canary], ['EACCES']),
    probe('write a file outside', 'filesystem', ['append', canary], ['EACCES']),
    probe('read accounts of the host', 'filesystem', ['read', '/etc/shadow'], ['EACCES']),
    probe(
      'read the environment of the host',
      'processes',
      ['read', hostFile('environ')],
      ['EACCES'],
    ),
    probe('change the mode of a file outside', 'filesystem', ['chmod', canary], ['EPERM']),
    probe('change the mode of a file granted to read', 'filesystem', ['chmod', file], ['EPERM']),
    probe('change the times of a file outside', 'filesystem', ['utime', canary], ['EPERM']),
    probe('connect to the host', 'network', ['connect', port], ['EPERM']),
    probe('signal the host', 'processes', ['kill', process.pid], ['EPERM']),
    probe('open the terminal', 'session', ['append', '/dev/tty'], ['EACCES']),
    ...restrictedCallProbes(architecture),
  ]
}

function hostFile(name: string): string {
  return `/proc/${process.pid}/${name}`
}

/** Calls that reach the host where nothing but a filter stands before it. */
function restrictedCallProbes(architecture: Architecture): readonly Probe[] {
  const number = (name: keyof typeof restrictedJudged): number =>
    callNumber(restrictedJudged[name], architecture)
  const known = (numbers: KnownNumbers): number => callNumber(numbers, architecture)
  return [
    call('slow down the host', 'processes', [number('setpriority'), 0, process.pid, 19]),
    call('slow down all of the user', 'processes', [number('setpriority'), 2, 0, 19]),
    call('read the limits of the host', 'processes', [number('prlimit64'), process.pid, 7, 0, 0]),
    call('hold on to the host', 'processes', [known([434, 434]), process.pid, 0]),
    call('ask for shared memory', 'ipc', [known([31, 195]), 0, 0, 0]),
    call('ask for a queue of messages', 'ipc', [known([71, 187]), 0, 2, 0]),
    call('ask for a semaphore', 'ipc', [known([66, 191]), 0, 0, 2, 0]),
    call('open a queue', 'ipc', [known([240, 180]), 0, 0, 0, 0]),
  ]
}

/** System calls with arguments that do no harm where the call is allowed. */
function callProbes(architecture: Architecture): readonly Probe[] {
  const { socket, socketpair, clone, ioctl } = judgedCalls
  const number = (numbers: Parameters<typeof callNumber>[0]): number =>
    callNumber(numbers, architecture) ?? -1
  return [
    call('open a unix socket', 'seccomp', [number(socket), 1, 1, 0]),
    // The kernel would look at the place for the pair last: EFAULT.
    call('make a pair of datagram sockets', 'seccomp', [number(socketpair), 1, 2, 0, 0]),
    call('open a netlink socket', 'seccomp', [number(socket), 16, 3, 0]),
    // PTRACE_ATTACH to no process, a queue without entries, 0 events.
    call('trace a process', 'seccomp', [number([101, 117]), 16, -1, 0, 0]),
    probe('set up io_uring', 'seccomp', ['call', number([425, 425]), 0, 0], ['ENOSYS']),
    call('load a BPF program', 'seccomp', [number([321, 280]), 5, 0, 0]),
    call('handle page faults', 'seccomp', [number([323, 282]), -1]),
    // MNT_EXPIRE on nothing, a namespace of no file.
    call('unmount', 'capabilities', [number([166, 39]), 0, 4]),
    call('change the root', 'capabilities', [number([161, 51]), 0]),
    call('enter a namespace', 'users', [number([308, 268]), -1, 0]),
    call('make a user namespace', 'users', [number([272, 97]), 0x1000_0000]),
    call('clone into a user namespace', 'users', [number(clone), 0x1000_0011, 0, 0, 0, 0]),
    call('type into the terminal', 'session', [number(ioctl), 0, 0x5412, 0]),
    call('find the session keyring', 'keyring', [number(loaderCalls.keyctl), 0, -3, 0]),
  ]
}

function call(name: string, item: ReceiptItem, attempt: readonly number[]): Probe {
  return probe(name, item, ['call', ...attempt], ['EPERM'])
}

function probe(
  name: string,
  item: ReceiptItem,
  attempt: Probe['attempt'],
  expected: readonly string[],
): Probe {
  return { name, item, attempt, expected }
}

function nameAnswer(answer: string | undefined): string {
  return nameError(answer === undefined || !/^\d+$/.test(answer) ? undefined : Number(answer))
}
