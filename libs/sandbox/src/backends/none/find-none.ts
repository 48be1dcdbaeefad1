import { release } from 'node:os'
import { homeFolder } from '@mb/kernel'
import { builderScript } from '../../builder/builder-script.ts'
import { encodeSteps, step } from '../../builder/step.ts'
import { withMoved, type BuildOrder, type JailBuilder } from '../../jail/jail-builder.ts'
import type { JailPlan } from '../../jail/jail-plan.ts'
import { findLoader, requireLoader, type Loader } from '../../loader/loader.ts'
import { requireArchitecture } from '../../machine/require-architecture.ts'
import { homeInside } from '../../policy.ts'

/**
 * Finds what runs a program with all the rights of this user, and still ends it with everything that it started.
 *
 * @throws SandboxError `MB_SANDBOX_PLATFORM`, `MB_SANDBOX_BACKEND_MISSING`
 */
export async function findNone(loader: Loader | undefined = findLoader()): Promise<JailBuilder> {
  const architecture = requireArchitecture()
  const present = requireLoader(loader)
  return {
    backend: 'none',
    level: 'none',
    version: release(),
    warning:
      'Nothing confines the program: it has all the rights of this user, as without a sandbox',
    architecture,
    loader: present,
    programs: [present.tool],
    order: (plan, cwd) => orderNone(present, plan, cwd),
  }
}

function orderNone(loader: Loader, plan: JailPlan, cwd: string): BuildOrder {
  const { tool, options } = loader
  // There is no private home that the one of the policy could stand for.
  const moved = { [homeInside]: homeFolder() }
  const folder = cwd === homeInside ? homeFolder() : cwd
  const variables = { ...withMoved(plan.env, moved), PWD: folder }
  const steps = [
    ...Object.entries(variables).map(([name, value]) => step('variable', 'set', [name, value])),
    step('enter', `enter ${folder}`, [folder]),
    step('become', 'start the program', []),
  ]
  return {
    command: [tool.path, ...options, builderScript(loader)],
    data: [encodeSteps(steps)],
    moved,
    filterSteps: 0,
    isScoped: false,
    trials: [],
  }
}
