import { builderCalls, callNumber, type Architecture } from '../seccomp/system-calls.ts'
import { step, type Step, type Value } from './step.ts'

/** Makes the step that is a system call. */
export type Call = (
  words: string,
  name: keyof typeof builderCalls,
  values: readonly Value[],
) => Step

/** System calls by their numbers on a processor. */
export function callOn(architecture: Architecture): Call {
  return (words, name, values) =>
    step('call', words, [callNumber(builderCalls[name], architecture), ...values])
}
