import {
  argumentOffset,
  callOffset,
  deny,
  errno,
  finish,
  judge,
  jumpIfEqual,
  keepBits,
  load,
  refuseUnless,
  type FilterStep,
} from './bpf.ts'
import { restrictedCalls, restrictedJudged as judged, signalCalls } from './restricted-calls.ts'
import { callNumber, type Architecture } from './system-calls.ts'

/**
 * Rules for a program that no namespace keeps apart from the host.
 *
 * @param areSignalsScoped whether Landlock keeps signals inside; where it does not, a program signals its own group at most
 */
export function restrictedRules(
  architecture: Architecture,
  areSignalsScoped: boolean,
): readonly FilterStep[] {
  const number = (name: keyof typeof judged): number => callNumber(judged[name], architecture)
  return [
    ...Object.values(restrictedCalls).flatMap(({ answer, calls }) =>
      Object.values(calls).flatMap((numbers) => deny(callNumber(numbers, architecture), answer)),
    ),
    ...judgeIoctl(number('ioctl')),
    ...judgeSendTo(number('sendto')),
    ...judgeTimes(number('utimensat')),
    ...judgePriority(number('setpriority'), [0, 1]),
    ...judgePriority(number('ioprio_set'), [1, 2]),
    ...ofItselfAlone(number('sched_setaffinity')),
    ...ofItselfAlone(number('sched_setscheduler')),
    ...ofItselfAlone(number('sched_setparam')),
    ...ofItselfAlone(number('sched_setattr')),
    ...ofItselfAlone(number('prlimit64')),
    ...(areSignalsScoped ? [] : signalRules(architecture)),
  ]
}

/**
 * Requests of terminals and pipes, which all begin with `T`. Others change a file that is open for reading, and those of
 * sockets, also of a pair of unix sockets, tell the addresses of the host.
 */
function judgeIoctl(call: number): readonly FilterStep[] {
  return judge(call, [
    load(argumentOffset(1)),
    keepBits(0xff00),
    jumpIfEqual(0x5400, 1, 0),
    finish(notForThis),
    load(callOffset),
  ])
}

// ENOTTY: as for a device that does not know the request.
const notForThis = errno | 25

/** Without an address, which a connected socket does not need. */
function judgeSendTo(call: number): readonly FilterStep[] {
  return refuseUnless(call, [
    load(argumentOffset(4)),
    jumpIfEqual(0, 0, 2),
    load(argumentOffset(4) + 4),
    jumpIfEqual(0, 1, 0),
  ])
}

/**
 * The time of now for a file that is open: the pointers to a name and to times are both empty. It is what `touch` does, and
 * tells nothing but that the file was there to be opened.
 */
function judgeTimes(call: number): readonly FilterStep[] {
  return refuseUnless(call, [
    load(argumentOffset(1)),
    jumpIfEqual(0, 0, 6),
    load(argumentOffset(1) + 4),
    jumpIfEqual(0, 0, 4),
    load(argumentOffset(2)),
    jumpIfEqual(0, 0, 2),
    load(argumentOffset(2) + 4),
    jumpIfEqual(0, 1, 0),
  ])
}

/** Whose priority: its own process or group, never all processes of the user. */
function judgePriority(call: number, [process, group]: [number, number]): readonly FilterStep[] {
  return refuseUnless(call, [
    load(argumentOffset(0)),
    jumpIfEqual(process, 1, 0),
    jumpIfEqual(group, 0, 2),
    load(argumentOffset(1)),
    jumpIfEqual(0, 1, 0),
  ])
}

/** Calls whose first argument is a process or a thread, 0 for the caller. */
function ofItselfAlone(call: number): readonly FilterStep[] {
  return refuseUnless(call, [load(argumentOffset(0)), jumpIfEqual(0, 1, 0)])
}

function signalRules(architecture: Architecture): readonly FilterStep[] {
  return [
    ...ofItselfAlone(callNumber(judged.kill, architecture)),
    ...Object.values(signalCalls).flatMap((numbers) =>
      deny(callNumber(numbers, architecture), 'EPERM'),
    ),
    // F_SETOWN and F_SETOWN_EX choose whom the kernel signals for a file.
    ...refuseUnless(callNumber(judged.fcntl, architecture), [
      load(argumentOffset(1)),
      jumpIfEqual(8, 1, 0),
      jumpIfEqual(15, 0, 1),
    ]),
  ]
}
