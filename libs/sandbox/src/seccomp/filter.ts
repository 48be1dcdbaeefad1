import {
  allow,
  answers,
  architectureOffset,
  argumentOffset,
  callOffset,
  deny,
  encode,
  type FilterStep,
  finish,
  jumpIfAbove,
  jumpIfAny,
  jumpIfAtLeast,
  jumpIfEqual,
  keepBits,
  killProcess,
  load,
  refuseUnless,
} from './bpf.ts'
import { modeRules } from './mode-rules.ts'
import {
  callNumber,
  deniedCalls,
  judgedCalls,
  newestCall,
  type Architecture,
} from './system-calls.ts'

/**
 * The system-call filter, as the bytes of a `sock_filter` array in the byte order of x64 and arm64 (little).
 *
 * Each rule is a comparison that falls through to the next one, so that no jump is longer than a few steps: a jump
 * offset has 8 bits. The kernel compiles the program, and remembers calls that it always allows.
 *
 * @param further rules that come before these, each of which falls through
 */
export function seccompFilter(
  architecture: Architecture,
  further: readonly FilterStep[] = [],
): Buffer {
  const steps = [
    ...checkArchitecture(architecture),
    ...further,
    ...Object.values(deniedCalls).flatMap(({ answer, calls }) =>
      Object.values(calls).flatMap((numbers) => deny(callNumber(numbers, architecture), answer)),
    ),
    ...judgeClone(callNumber(judgedCalls.clone, architecture)),
    ...judgeSocket(callNumber(judgedCalls.socket, architecture)),
    ...judgeSocketPair(callNumber(judgedCalls.socketpair, architecture)),
    ...judgeIoctl(callNumber(judgedCalls.ioctl, architecture)),
    ...judgePersonality(callNumber(judgedCalls.personality, architecture)),
    ...modeRules(architecture),
    jumpIfAbove(newestCall, 0, 1),
    finish(answers.ENOSYS),
    finish(allow),
  ]
  return encode(steps)
}

// linux/audit.h
const auditArchitectures: Readonly<Record<Architecture, number>> = {
  x64: 0xc000_003e,
  arm64: 0xc000_00b7,
}
// asm/unistd.h: calls of the x32 ABI carry this bit, and the numbers below it are others.
const x32Bit = 0x4000_0000

function checkArchitecture(architecture: Architecture): readonly FilterStep[] {
  return [
    load(architectureOffset),
    jumpIfEqual(auditArchitectures[architecture], 1, 0),
    // A 32-bit program has other numbers for the same calls: there is nothing safe to answer.
    finish(killProcess),
    load(callOffset),
    ...(architecture === 'x64' ? [jumpIfAtLeast(x32Bit, 0, 1), finish(answers.ENOSYS)] : []),
  ]
}

// CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET (linux/sched.h); NEWTIME shares its bit with the
// signal of clone and is taken by clone3 and unshare alone.
const newNamespaces = 0x7e02_0000

function judgeClone(call: number | undefined): readonly FilterStep[] {
  return refuseUnless(call, [load(argumentOffset(0)), jumpIfAny(newNamespaces, 0, 1)])
}

/**
 * Internet sockets alone, which see nothing but the sandbox's own loopback. Unix sockets reach services of the host by
 * path, vsock the hypervisor, netlink and packet sockets the kernel.
 */
function judgeSocket(call: number | undefined): readonly FilterStep[] {
  return refuseUnless(call, [
    // The kernel reads an int: comparing 64 bits would let a set high half slip by (CVE-2019-10063).
    load(argumentOffset(0)),
    jumpIfEqual(2, 2, 0),
    jumpIfEqual(10, 1, 0),
  ])
}

/**
 * Pairs of unix sockets that stay connected to each other, SOCK_STREAM and SOCK_SEQPACKET (linux/net.h). One end of a pair
 * of datagram sockets would send to any unix socket whose path it sees, as if `socket` had been allowed.
 */
function judgeSocketPair(call: number | undefined): readonly FilterStep[] {
  return refuseUnless(call, [
    load(argumentOffset(0)),
    jumpIfEqual(1, 0, 4),
    load(argumentOffset(1)),
    // Without SOCK_CLOEXEC and SOCK_NONBLOCK.
    keepBits(0xf),
    jumpIfEqual(1, 2, 0),
    jumpIfEqual(5, 1, 0),
  ])
}

/** Pushing input into the host's terminal, as if the person had typed it. */
function judgeIoctl(call: number | undefined): readonly FilterStep[] {
  return refuseUnless(call, [
    load(argumentOffset(1)),
    jumpIfEqual(0x5412, 2, 0), // TIOCSTI
    jumpIfEqual(0x541c, 1, 0), // TIOCLINUX
    jumpIfEqual(0x5423, 0, 1), // TIOCSETD, which loads kernel modules
  ])
}

/** Other personalities switch off the randomised layout of memory, or make reading imply executing. */
function judgePersonality(call: number | undefined): readonly FilterStep[] {
  return refuseUnless(call, [
    load(argumentOffset(0)),
    jumpIfEqual(0, 2, 0),
    jumpIfEqual(0xffff_ffff, 1, 0), // asks for the present one
  ])
}
