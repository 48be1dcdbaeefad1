import type { Claims } from '../claims.ts'
import type { Capability } from '../engines/source-use.ts'
import type { RuleName } from './rules.ts'

const ruleOf: Readonly<Record<Capability, RuleName>> = {
  network: 'undeclared-network',
  files: 'undeclared-files',
  processes: 'undeclared-processes',
}

/** The rule that a use breaks; undefined when it was asked for, or when nobody knows what was. */
export function undeclaredUse(
  capability: Capability,
  claims: Claims | undefined,
): RuleName | undefined {
  return claims === undefined || claims.declared.includes(capability)
    ? undefined
    : ruleOf[capability]
}
