import { constants } from 'node:os'
import { constants as files } from 'node:fs'
import type { Value } from '../../builder/step.ts'
import type { Trial } from '../../jail/jail-builder.ts'
import { callNumber, type Architecture, type KnownNumbers } from '../../seccomp/system-calls.ts'

/** A trial, with the system call that it is. */
export interface Attempt extends Trial {
  readonly call: readonly [number, ...Value[]]
}

/**
 * What a process tries that was just closed in: the kernel shows nowhere that a process is under Landlock, so it has to be seen
 * from what the process can no longer do. Each works for the host, as the same user.
 *
 * @param canary a file of the host that no grant covers
 */
export function listAttempts(
  architecture: Architecture,
  canary: string | undefined,
): readonly Attempt[] {
  const { EACCES, EPERM } = constants.errno
  const open = (words: string, path: string, flags: number): Attempt => ({
    words,
    item: 'filesystem',
    expected: [EACCES],
    call: [callNumber(calls.openat, architecture), workingFolder, path, flags, 0],
  })
  const deny = (
    words: string,
    item: Trial['item'],
    name: keyof typeof calls,
    ...values: readonly Value[]
  ): Attempt => ({
    words,
    item,
    expected: [EPERM],
    call: [callNumber(calls[name], architecture), ...values],
  })
  return [
    ...(canary === undefined
      ? []
      : [
          open('read a file outside', canary, files.O_RDONLY),
          open('write a file outside', canary, files.O_WRONLY),
        ]),
    // It is never granted.
    open('read what the kernel tells', '/proc/version', files.O_RDONLY),
    open('list the root', '/', files.O_RDONLY),
    deny('open an internet socket', 'network', 'socket', 2, 1, 0),
    deny('open a unix socket', 'network', 'socket', 1, 1, 0),
    deny('signal the host', 'processes', 'kill', process.pid, 0),
    deny('trace the host', 'processes', 'ptrace', attach, process.pid, 0, 0),
    deny('ask for shared memory', 'ipc', 'shmctl', 0, 0, 0),
    deny('open a queue', 'ipc', 'mq_open', 'mb', 0, 0, 0),
    deny('find the session keyring', 'keyring', 'keyctl', 0, sessionKeyring, 0),
  ]
}

const calls = {
  openat: [257, 56],
  socket: [41, 198],
  kill: [62, 129],
  ptrace: [101, 117],
  shmctl: [31, 195],
  mq_open: [240, 180],
  keyctl: [250, 219],
} as const satisfies Readonly<Record<string, KnownNumbers>>

// linux/fcntl.h: AT_FDCWD; linux/ptrace.h: PTRACE_SEIZE; linux/keyctl.h: KEY_SPEC_SESSION_KEYRING
const workingFolder = -100
const attach = 0x4206
const sessionKeyring = -3
