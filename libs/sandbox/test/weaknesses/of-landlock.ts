import { lstatSync } from 'node:fs'
import type { Weakness } from '../../src/jail/jailed-sandbox.ts'
import { both } from './weaken-launch.ts'
import { withoutStep, withSteps } from './weaken-steps.ts'
import type { Weakening } from './weakening.ts'

/** The loader keeps no signals to itself, for which it would forbid new privileges to all that it starts. */
export const unscoped: Weakness = {
  launch: (launch) => ({ ...launch, build: { ...launch.build, isScoped: false } }),
}

/** What the backend `landlock` does in its steps. */
export const ofLandlock: readonly Weakening[] = [
  {
    title: 'the rules for files',
    items: ['filesystem'],
    weakness: withoutStep('put the rules into force'),
  },
  {
    title: 'rules that end at what is granted',
    items: ['filesystem'],
    weakness: withSteps((steps) =>
      steps.flatMap((step) =>
        step.words === 'grant /usr' ? [step, { ...step, values: inRoot(step.values) }] : [step],
      ),
    ),
  },
  {
    title: 'signals kept inside',
    items: ['processes'],
    weakness: both(
      unscoped,
      withSteps((steps) =>
        steps.map((step) =>
          step.kind === 'rules'
            ? { ...step, values: [step.values[0] ?? '', step.values[1]?.slice(0, 1 + 16) ?? ''] }
            : step,
        ),
      ),
    ),
  },
  {
    title: 'the filter',
    // The keyring may be forbidden by the container, too.
    items: ['seccomp', 'network', 'ipc'],
    weakness: withoutStep('set the filter'),
  },
  {
    title: 'the capability drop',
    items: ['capabilities'],
    rootOnly: true,
    weakness: withoutStep('give up capabilities'),
  },
  {
    title: 'new privileges forbidden',
    items: ['no-new-privileges', 'capabilities'],
    rootOnly: true,
    weakness: both(
      unscoped,
      both(withoutStep('forbid new privileges'), withoutStep('give up capabilities')),
    ),
  },
  { title: 'the new session', items: ['session'], weakness: withoutStep('leave the session') },
]

/** A rule for the whole file system, with the rights of another. */
function inRoot([call = '', , , access = '']: readonly string[]): readonly string[] {
  const { dev, ino } = lstatSync('/', { bigint: true })
  return [call, 's/', `s${dev} ${ino}`, access]
}
