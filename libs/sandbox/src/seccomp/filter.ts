import {
  callNumber,
  deniedCalls,
  judgedCalls,
  newestCall,
  type Architecture,
  type Denial,
} from './system-calls.ts'

/** One step of a classic BPF program (linux/filter.h): 8 bytes. */
interface Step {
  readonly code: number
  readonly jumpTrue: number
  readonly jumpFalse: number
  readonly operand: number
}

/**
 * The system-call filter, as the bytes of a `sock_filter` array in the byte order of x64 and arm64 (little).
 *
 * Each rule is a comparison that falls through to the next one, so that no jump is longer than a few steps: a jump
 * offset has 8 bits. The kernel compiles the program, and remembers calls that it always allows.
 */
export function seccompFilter(architecture: Architecture): Buffer {
  const steps = [
    ...checkArchitecture(architecture),
    ...Object.values(deniedCalls).flatMap(({ answer, calls }) =>
      Object.values(calls).flatMap((numbers) => deny(callNumber(numbers, architecture), answer)),
    ),
    ...judgeClone(callNumber(judgedCalls.clone, architecture)),
    ...judgeSocket(callNumber(judgedCalls.socket, architecture)),
    ...judgeSocketPair(callNumber(judgedCalls.socketpair, architecture)),
    ...judgeIoctl(callNumber(judgedCalls.ioctl, architecture)),
    ...judgePersonality(callNumber(judgedCalls.personality, architecture)),
    jumpIfAbove(newestCall, 0, 1),
    finish(answers.ENOSYS),
    finish(allow),
  ]
  return encode(steps)
}

// linux/seccomp.h
const allow = 0x7fff_0000
const killProcess = 0x8000_0000
const errno = 0x0005_0000
const answers: Readonly<Record<Denial, number>> = { EPERM: errno | 1, ENOSYS: errno | 38 }

// Offsets in struct seccomp_data. Arguments are 64 bits wide; the low half of a little-endian one comes first.
const callOffset = 0
const architectureOffset = 4
const argumentOffset = (index: number): number => 16 + index * 8

// linux/audit.h
const auditArchitectures: Readonly<Record<Architecture, number>> = {
  x64: 0xc000_003e,
  arm64: 0xc000_00b7,
}
// asm/unistd.h: calls of the x32 ABI carry this bit, and the numbers below it are others.
const x32Bit = 0x4000_0000

function checkArchitecture(architecture: Architecture): readonly Step[] {
  return [
    load(architectureOffset),
    jumpIfEqual(auditArchitectures[architecture], 1, 0),
    // A 32-bit program has other numbers for the same calls: there is nothing safe to answer.
    finish(killProcess),
    load(callOffset),
    ...(architecture === 'x64' ? [jumpIfAtLeast(x32Bit, 0, 1), finish(answers.ENOSYS)] : []),
  ]
}

function deny(call: number | undefined, answer: Denial): readonly Step[] {
  return call === undefined ? [] : [jumpIfEqual(call, 0, 1), finish(answers[answer])]
}

// CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET (linux/sched.h); NEWTIME shares its bit with the
// signal of clone and is taken by clone3 and unshare alone.
const newNamespaces = 0x7e02_0000

function judgeClone(call: number | undefined): readonly Step[] {
  return judge(call, [
    load(argumentOffset(0)),
    jumpIfAny(newNamespaces, 0, 1),
    finish(answers.EPERM),
    load(callOffset),
  ])
}

/**
 * Internet sockets alone, which see nothing but the sandbox's own loopback. Unix sockets reach services of the host by
 * path, vsock the hypervisor, netlink and packet sockets the kernel.
 */
function judgeSocket(call: number | undefined): readonly Step[] {
  return judge(call, [
    // The kernel reads an int: comparing 64 bits would let a set high half slip by (CVE-2019-10063).
    load(argumentOffset(0)),
    jumpIfEqual(2, 2, 0),
    jumpIfEqual(10, 1, 0),
    finish(answers.EPERM),
    load(callOffset),
  ])
}

/**
 * Pairs of unix sockets that stay connected to each other, SOCK_STREAM and SOCK_SEQPACKET (linux/net.h). One end of a pair
 * of datagram sockets would send to any unix socket whose path it sees, as if `socket` had been allowed.
 */
function judgeSocketPair(call: number | undefined): readonly Step[] {
  return judge(call, [
    load(argumentOffset(0)),
    jumpIfEqual(1, 0, 4),
    load(argumentOffset(1)),
    // Without SOCK_CLOEXEC and SOCK_NONBLOCK.
    keepBits(0xf),
    jumpIfEqual(1, 2, 0),
    jumpIfEqual(5, 1, 0),
    finish(answers.EPERM),
    load(callOffset),
  ])
}

/** Pushing input into the host's terminal, as if the person had typed it. */
function judgeIoctl(call: number | undefined): readonly Step[] {
  return judge(call, [
    load(argumentOffset(1)),
    jumpIfEqual(0x5412, 2, 0), // TIOCSTI
    jumpIfEqual(0x541c, 1, 0), // TIOCLINUX
    jumpIfEqual(0x5423, 0, 1), // TIOCSETD, which loads kernel modules
    finish(answers.EPERM),
    load(callOffset),
  ])
}

/** Other personalities switch off the randomised layout of memory, or make reading imply executing. */
function judgePersonality(call: number | undefined): readonly Step[] {
  return judge(call, [
    load(argumentOffset(0)),
    jumpIfEqual(0, 2, 0),
    jumpIfEqual(0xffff_ffff, 1, 0), // asks for the present one
    finish(answers.EPERM),
    load(callOffset),
  ])
}

/** Steps that run for one call only. They end on loading the number again, for the rules that follow. */
function judge(call: number | undefined, steps: readonly Step[]): readonly Step[] {
  return call === undefined ? [] : [jumpIfEqual(call, 0, steps.length), ...steps]
}

function load(offset: number): Step {
  return { code: 0x20, jumpTrue: 0, jumpFalse: 0, operand: offset }
}

function jumpIfEqual(operand: number, jumpTrue: number, jumpFalse: number): Step {
  return { code: 0x15, jumpTrue, jumpFalse, operand }
}

function jumpIfAbove(operand: number, jumpTrue: number, jumpFalse: number): Step {
  return { code: 0x25, jumpTrue, jumpFalse, operand }
}

function jumpIfAtLeast(operand: number, jumpTrue: number, jumpFalse: number): Step {
  return { code: 0x35, jumpTrue, jumpFalse, operand }
}

function jumpIfAny(operand: number, jumpTrue: number, jumpFalse: number): Step {
  return { code: 0x45, jumpTrue, jumpFalse, operand }
}

function keepBits(operand: number): Step {
  return { code: 0x54, jumpTrue: 0, jumpFalse: 0, operand }
}

function finish(answer: number): Step {
  return { code: 0x06, jumpTrue: 0, jumpFalse: 0, operand: answer }
}

function encode(steps: readonly Step[]): Buffer {
  const bytes = Buffer.alloc(steps.length * 8)
  for (const [index, step] of steps.entries()) {
    bytes.writeUInt16LE(step.code, index * 8)
    bytes.writeUInt8(step.jumpTrue, index * 8 + 2)
    bytes.writeUInt8(step.jumpFalse, index * 8 + 3)
    bytes.writeUInt32LE(step.operand, index * 8 + 4)
  }
  return bytes
}
