import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { errorCode } from '@mb/kernel'
import { SdkError } from '../../sdk-error.ts'
import {
  readWheelName,
  whyUnfitWheel,
  isPure,
  type WheelGoal,
  type WheelName,
} from './wheel-name.ts'

/** A wheel that lies in a folder. */
export interface FoundWheel {
  readonly file: string
  readonly wheel: WheelName
}

const sourcePackage = /\.(?:tar\.(?:gz|bz2|xz)|tgz|zip|egg)$/

/**
 * The wheels of a folder, one for each package: of several the one that is made for the target, else the one for all
 * machines.
 *
 * @returns none when there is no such folder
 * @throws SdkError `MB_SDK_PACKAGE_UNFIT` for what would have to be built, and for what does not fit the target;
 *   `MB_SDK_WHEEL_BROKEN` for two of the same kind
 */
export async function findWheels(folder: string, goal: WheelGoal): Promise<readonly FoundWheel[]> {
  const names = await listNames(folder)
  const source = names.find((name) => sourcePackage.test(name))
  if (source !== undefined) {
    throw new SdkError(
      'MB_SDK_PACKAGE_UNFIT',
      `Cannot package "${source}": it holds sources, and to build them would run its author's code here`,
      { hint: 'Take its wheel: python3 -m pip download --only-binary=:all: --dest wheels NAME' },
    )
  }
  const byName = new Map<string, FoundWheel[]>()
  for (const name of names.filter((each) => each.endsWith('.whl'))) {
    const wheel = readWheelName(name)
    if (wheel === undefined) throw notNamed(name)
    byName.set(wheel.name, [...(byName.get(wheel.name) ?? []), { file: join(folder, name), wheel }])
  }
  return [...byName.values()].map((found) => choose(found, goal))
}

function choose(found: readonly FoundWheel[], goal: WheelGoal): FoundWheel {
  const judged = found.map((each) => ({ each, unfit: whyUnfitWheel(each.wheel, goal) }))
  const fitting = judged.flatMap(({ each, unfit }) => (unfit === undefined ? [each] : []))
  const native = fitting.filter(({ wheel }) => !isPure(wheel))
  const [chosen, other] = native.length > 0 ? native : fitting
  if (chosen === undefined) {
    const reasons = judged.map(({ each, unfit }) => `"${basename(each.file)}": it ${unfit ?? ''}`)
    throw new SdkError('MB_SDK_PACKAGE_UNFIT', `Cannot package ${reasons.join('; ')}`, {
      hint: 'Take its wheel for all machines (py3-none-any), or package for one platform with --target',
    })
  }
  if (other === undefined) return chosen
  throw new SdkError(
    'MB_SDK_WHEEL_BROKEN',
    `Cannot package "${basename(chosen.file)}": there is "${basename(other.file)}" too`,
    { hint: 'Leave one of them there' },
  )
}

async function listNames(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted()
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}

function notNamed(name: string): SdkError {
  return new SdkError(
    'MB_SDK_WHEEL_BROKEN',
    `Cannot package "${name}": it is not named as a wheel`,
    {
      hint: 'Give it the name that it was published with, as requests-2.32.3-py3-none-any.whl',
    },
  )
}
