import { setTimeout as delay } from 'node:timers/promises'
import { SandboxError } from '../sandbox-error.ts'
import type { SandboxPolicy } from '../policy.ts'
import type { LeastPolicy, Verification } from './observation.ts'
import type { ObserveOptions } from './observe-options.ts'
import { isSame, outcomeOf, unsteadyParts, type Outcome } from './outcome.ts'
import { linesOf, without, type PolicyLine } from './policy-lines.ts'
import { runOnce, type RunOrder } from './run-once.ts'
import type { ViewMaker } from './view/view.ts'

/** What grants are checked with. */
export interface GrantCheck extends Pick<ObserveOptions, 'checks' | 'onStep'> {
  readonly views: ViewMaker
  /** The command, and how it is run. */
  readonly order: Omit<RunOrder, 'view' | 'policy'>
  /** All that was shown to the run that was observed. */
  readonly shown: LeastPolicy
  readonly policyOf: (policy: LeastPolicy) => SandboxPolicy
  /** Parts of the outcome that say nothing. */
  readonly passedOver: ReadonlySet<string>
}

/** What came of a check. */
export interface CheckedPolicy {
  readonly policy: LeastPolicy
  readonly verification: Verification | undefined
}

/**
 * Runs the command under the policy, and again without each line of it. A line whose loss changes nothing is dropped: neither how the
 * command ends, nor what it prints, nor what it writes.
 */
export async function checkGrants(seen: LeastPolicy, check: GrantCheck): Promise<CheckedPolicy> {
  const most = check.checks ?? 64
  if (most === 0) return { policy: seen, verification: undefined }
  const checking = new Checking(check, most)
  if (!(await checking.measure())) return checking.result(seen, 'unsteady')
  // A record shows what one run did. What another one does besides lies in what was shown.
  const { read, write } = check.shown
  for (const policy of [seen, { ...seen, read }, { ...seen, read, write }]) {
    // oxlint-disable-next-line no-await-in-loop -- each is for where the one before is not enough
    if (await checking.isEnough(policy)) return await checking.dropNeedless(policy)
  }
  return checking.result(seen, 'short')
}

class Checking {
  readonly #check: GrantCheck
  readonly #most: number
  #runs = 0
  #steady: Outcome = new Map()
  #unsteady: ReadonlySet<string> = new Set<string>()
  #wallMs: number | undefined

  constructor(check: GrantCheck, most: number) {
    this.#check = check
    this.#most = most
  }

  /**
   * Runs it twice with all that was shown, unobserved: what differs between two runs of the same is nothing to compare by.
   *
   * @returns whether it ends in the same way at least
   */
  async measure(): Promise<boolean> {
    const started = performance.now()
    const first = await this.#run(this.#check.shown)
    await nextSecond()
    const second = await this.#run(this.#check.shown)
    // A command that waits for what it was denied is ended.
    this.#wallMs = Math.max(leastWallMs, 4 * (performance.now() - started))
    const { passedOver } = this.#check
    this.#unsteady = new Set([...unsteadyParts(first, second), ...passedOver])
    this.#steady = new Map([...first].filter(([name]) => !this.#unsteady.has(name)))
    return !this.#unsteady.has('exit')
  }

  async dropNeedless(policy: LeastPolicy): Promise<CheckedPolicy> {
    let kept = policy
    // After a line is dropped another one may not be needed either, so that it ends with a round that drops none.
    for (let dropped = true; dropped;) {
      dropped = false
      for (const line of linesOf(kept)) {
        if (this.#runs >= this.#most) return this.result(kept, 'enough')
        // oxlint-disable-next-line no-await-in-loop -- each try starts from what the one before has left
        const less = await this.#lessThan(kept, line)
        if (less === undefined) continue
        kept = less
        dropped = true
      }
    }
    return this.result(kept, 'least')
  }

  /** The policy without a line, or with a file to be read that need not be written; undefined where that is not the same. */
  async #lessThan(policy: LeastPolicy, line: PolicyLine): Promise<LeastPolicy | undefined> {
    const less = without(policy, line)
    if (await this.isEnough(less)) return less
    if (line.kind !== 'write') return undefined
    const readable = { ...less, read: [...less.read, line.path].toSorted() }
    return (await this.isEnough(readable)) ? readable : undefined
  }

  /** Whether it does the same under a policy as with all that was shown. */
  async isEnough(policy: LeastPolicy): Promise<boolean> {
    this.#check.onStep?.({ kind: 'checking', grants: linesOf(policy).length, runs: this.#runs })
    return isSame(await this.#run(policy), this.#steady, this.#unsteady)
  }

  async #run(policy: LeastPolicy): Promise<Outcome> {
    this.#runs += 1
    await using view = await this.#check.views.make()
    const { order, policyOf } = this.#check
    const wallMs = order.limits?.wallMs ?? this.#wallMs
    try {
      const limits = { ...order.limits, wallMs }
      const run = await runOnce({ ...order, policy: policyOf(policy), limits, view })
      return outcomeOf(run, run, await view.readChanges())
    } catch (error) {
      // A command that cannot be seen is how it ends without the line that shows it.
      if (error instanceof SandboxError && isOfPolicy(error.code))
        return new Map([['exit', error.code]])
      throw error
    }
  }

  result(policy: LeastPolicy, outcome: Verification['outcome']): CheckedPolicy {
    return { policy, verification: { outcome, runs: this.#runs } }
  }
}

const leastWallMs = 10_000

/** Most that tells the time tells it to the second: two runs in the same one would seem steady. */
async function nextSecond(): Promise<void> {
  await delay(1000 - (Date.now() % 1000))
}

function isOfPolicy(code: string): boolean {
  return code === 'MB_SANDBOX_COMMAND_MISSING' || code === 'MB_SANDBOX_POLICY'
}
