import { readFileSync } from 'node:fs'
import { callOn } from '../../builder/call.ts'
import { giveUpRights } from '../../builder/give-up-rights.ts'
import { step, type Step } from '../../builder/step.ts'
import { builderCalls, callNumber, type Architecture } from '../../seccomp/system-calls.ts'
import type { PlaceRule } from './grant-places.ts'
import { handledRights } from './landlock-rules.ts'
import type { Attempt } from './list-attempts.ts'

/** What a jail is closed by. */
export interface Closing {
  readonly architecture: Architecture
  readonly abi: number
  readonly rules: readonly PlaceRule[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly filter: Uint8Array
  readonly attempts: readonly Attempt[]
}

/** The steps that close a process in by Landlock and a filter, have it show that they hold, and turn it into the program. */
export function landlockSteps(closing: Closing): readonly Step[] {
  const { architecture, abi, rules, env, cwd, filter, attempts } = closing
  const call = callOn(architecture)
  return [
    call('leave the session', 'setsid', []),
    ...giveUpRights(call, canBound()),
    step('rules', 'make rules for files', [landlock.create, handledRights(abi)]),
    ...rules.map(({ path, identity, access }) =>
      step('allow', `grant ${path}`, [landlock.add, path, identity, access]),
    ),
    ...Object.entries(env).map(([name, value]) => step('variable', 'set', [name, value])),
    step('variable', 'set', ['PWD', cwd]),
    step('enter', `enter ${cwd}`, [cwd]),
    step('confine', 'put the rules into force', [landlock.restrict]),
    step('filter', 'set the filter', [callNumber(builderCalls.prctl, architecture), filter]),
    ...attempts.map(({ words, call: [number, ...values] }) =>
      step('try', words, [number, ...values]),
    ),
    step('become', 'start the program', []),
  ]
}

// asm-generic/unistd.h: the same numbers on each processor
const landlock = { create: 444, add: 445, restrict: 446 } as const

/** Whether this user may take rights out of the bounding set: CAP_SETPCAP, which is the ninth bit. */
function canBound(): boolean {
  const held = /^CapEff:\t([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  return held !== undefined && (BigInt(`0x${held}`) & 0x100n) !== 0n
}
