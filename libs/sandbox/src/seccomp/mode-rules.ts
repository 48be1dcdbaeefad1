import { argumentOffset, jumpIfAny, load, refuseUnless, type FilterStep } from './bpf.ts'
import { callNumber, judgedCalls, type Architecture } from './system-calls.ts'

/**
 * No file gets a setuid or setgid bit: in a folder that is granted for writing it would stay, and give the rights of this user to
 * everybody else on the machine who runs it. With it goes the setgid bit of folders, which these calls do not tell apart.
 */
export function modeRules(architecture: Architecture): readonly FilterStep[] {
  return modeArguments.flatMap(({ name, mode, flags }) =>
    refuseUnless(callNumber(judgedCalls[name], architecture), [
      ...(flags === undefined ? [] : onlyWhereItCreates(flags)),
      load(argumentOffset(mode)),
      jumpIfAny(setuidOrSetgid, 0, 1),
    ]),
  )
}

/** Otherwise there is no mode, and in its place whatever was there before. */
function onlyWhereItCreates(flags: number): readonly FilterStep[] {
  return [load(argumentOffset(flags)), jumpIfAny(creating, 0, 3)]
}

/** Which arguments are the mode, and the flags that say whether there is one. */
const modeArguments: readonly {
  readonly name: keyof typeof judgedCalls
  readonly mode: number
  readonly flags?: number
}[] = [
  { name: 'chmod', mode: 1 },
  { name: 'fchmod', mode: 1 },
  { name: 'fchmodat', mode: 2 },
  { name: 'fchmodat2', mode: 2 },
  { name: 'creat', mode: 1 },
  { name: 'open', mode: 2, flags: 1 },
  { name: 'openat', mode: 3, flags: 2 },
  { name: 'mknod', mode: 1 },
  { name: 'mknodat', mode: 2 },
]

// S_ISUID and S_ISGID
const setuidOrSetgid = 0o6000
// asm-generic/fcntl.h: O_CREAT and __O_TMPFILE, the same on x64 and arm64
const creating = 0o100 | 0o20000000
