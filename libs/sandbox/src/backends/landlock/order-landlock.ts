import { existsSync } from 'node:fs'
import { builderScript } from '../../builder/builder-script.ts'
import { encodeSteps } from '../../builder/step.ts'
import { withMoved, type BuildOrder } from '../../jail/jail-builder.ts'
import type { JailPlan } from '../../jail/jail-plan.ts'
import type { Loader } from '../../loader/loader.ts'
import { homeInside } from '../../policy.ts'
import type { Architecture } from '../../seccomp/system-calls.ts'
import { grantPlaces, writableFolder } from './grant-places.ts'
import { areSignalsScoped } from './landlock-rules.ts'
import { landlockSteps } from './landlock-steps.ts'
import { listAttempts } from './list-attempts.ts'
import { makeScratch } from './scratch.ts'

/** What jails are closed by on this machine. */
export interface LandlockTools {
  readonly architecture: Architecture
  readonly abi: number
  readonly loader: Loader
  readonly filter: Uint8Array
}

/** The order for a jail that lies in the host's own file system: its scratch space is a folder there. */
export function orderLandlock(tools: LandlockTools, plan: JailPlan, cwd: string): BuildOrder {
  const { architecture, abi, loader, filter } = tools
  const { tool, options } = loader
  const granted = plan.parts.filter((part) => part.kind === 'bind').map(({ path }) => path)
  const places = grantPlaces(plan)
  const scratch = makeScratch(granted)
  // They are where the policy has them, unless it says otherwise.
  const moved: Readonly<Record<string, string>> = {
    [homeInside]: scratch.home,
    '/tmp': scratch.temporary,
  }
  const variables = settingsOfHost()
  const attempts = listAttempts(architecture, scratch.canary)
  const steps = landlockSteps({
    architecture,
    abi,
    rules: [...places, ...[scratch.home, scratch.temporary].map(writableFolder)],
    env: { ...variables, ...withMoved(plan.env, moved) },
    cwd: moved[cwd] ?? cwd,
    filter,
    attempts,
  })
  return {
    command: [tool.path, ...options, builderScript(loader)],
    data: [encodeSteps(steps)],
    moved,
    variables,
    filterSteps: filter.length / 8,
    isScoped: areSignalsScoped(abi),
    gate: areSignalsScoped(abi) ? 'itself' : 'group',
    trials: attempts,
    remove: () => scratch.remove(),
  }
}

/** Git goes on without settings of the system, and does not where they are there and closed. */
function settingsOfHost(): Readonly<Record<string, string>> {
  return existsSync('/etc/gitconfig') ? { GIT_CONFIG_NOSYSTEM: '1' } : {}
}
