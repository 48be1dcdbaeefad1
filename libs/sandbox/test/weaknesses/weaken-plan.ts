import type { JailPart, JailPlan } from '../../src/jail/jail-plan.ts'
import type { Weakness } from '../../src/jail/jailed-sandbox.ts'

/** A plan without one of its parts. */
export function without(kind: JailPart['kind'], path: string): Weakness {
  return {
    plan: (plan) => {
      const parts = plan.parts.filter((part) => part.kind !== kind || part.path !== path)
      if (parts.length !== plan.parts.length - 1)
        throw new TypeError(`Cannot weaken the plan: it has no ${kind} ${path}`)
      return { ...plan, parts }
    },
  }
}

/** Before the root is closed, where mount points can still be made. */
export function append(part: JailPart): Weakness {
  return { plan: (plan): JailPlan => ({ ...plan, parts: plan.parts.toSpliced(-1, 0, part) }) }
}
