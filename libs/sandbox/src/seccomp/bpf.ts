import type { Denial } from './system-calls.ts'

/** One step of a classic BPF program (linux/filter.h): 8 bytes. */
export interface FilterStep {
  readonly code: number
  readonly jumpTrue: number
  readonly jumpFalse: number
  readonly operand: number
}

// linux/seccomp.h
export const allow = 0x7fff_0000
export const killProcess = 0x8000_0000
export const errno = 0x0005_0000
export const userNotification = 0x7fc0_0000
export const answers: Readonly<Record<Denial, number>> = {
  EPERM: errno | 1,
  ENOSYS: errno | 38,
  ENOTSUP: errno | 95,
}

// Offsets in struct seccomp_data. Arguments are 64 bits wide; the low half of a little-endian one comes first.
export const callOffset = 0
export const architectureOffset = 4
export const argumentOffset = (index: number): number => 16 + index * 8

/** One answer to one call. */
export function deny(call: number | undefined, answer: Denial): readonly FilterStep[] {
  return call === undefined ? [] : [jumpIfEqual(call, 0, 1), finish(answers[answer])]
}

/** Steps that run for one call only. They end on loading the number again, for the rules that follow. */
export function judge(
  call: number | undefined,
  steps: readonly FilterStep[],
): readonly FilterStep[] {
  return call === undefined ? [] : [jumpIfEqual(call, 0, steps.length), ...steps]
}

/** Steps for one call that is refused unless they jump past their own end, and one more. */
export function refuseUnless(
  call: number | undefined,
  steps: readonly FilterStep[],
): readonly FilterStep[] {
  return judge(call, [...steps, finish(answers.EPERM), load(callOffset)])
}

export function load(offset: number): FilterStep {
  return { code: 0x20, jumpTrue: 0, jumpFalse: 0, operand: offset }
}

export function jumpIfEqual(operand: number, jumpTrue: number, jumpFalse: number): FilterStep {
  return { code: 0x15, jumpTrue, jumpFalse, operand }
}

export function jumpIfAbove(operand: number, jumpTrue: number, jumpFalse: number): FilterStep {
  return { code: 0x25, jumpTrue, jumpFalse, operand }
}

export function jumpIfAtLeast(operand: number, jumpTrue: number, jumpFalse: number): FilterStep {
  return { code: 0x35, jumpTrue, jumpFalse, operand }
}

export function jumpIfAny(operand: number, jumpTrue: number, jumpFalse: number): FilterStep {
  return { code: 0x45, jumpTrue, jumpFalse, operand }
}

export function keepBits(operand: number): FilterStep {
  return { code: 0x54, jumpTrue: 0, jumpFalse: 0, operand }
}

export function finish(answer: number): FilterStep {
  return { code: 0x06, jumpTrue: 0, jumpFalse: 0, operand: answer }
}

export function encode(steps: readonly FilterStep[]): Buffer {
  // Some hundreds of steps: by the methods of Buffer, which check each value, they take as long as the rest of opening a sandbox.
  const view = new DataView(new ArrayBuffer(steps.length * 8))
  steps.forEach(({ code, jumpTrue, jumpFalse, operand }, index) => {
    view.setUint32(index * 8, code | (jumpTrue << 16) | (jumpFalse << 24), true)
    view.setUint32(index * 8 + 4, operand, true)
  })
  return Buffer.from(view.buffer)
}
