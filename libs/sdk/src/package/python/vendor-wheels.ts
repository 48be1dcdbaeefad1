import { chmod, copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { pythonName, vendoredPlaces } from '@mb/manifest'
import { SdkError } from '../../sdk-error.ts'
import type { Component, VendorRequest } from '../vendored.ts'
import { downloadWheels } from './download-wheels.ts'
import { findWheels, type FoundWheel } from './find-wheels.ts'
import { readPins, type Pins } from './pins.ts'
import { unpackWheel, type Wheel } from './unpack-wheel.ts'

/** The folder of a project that its wheels lie in. */
const wheelsFolder = 'wheels'

/**
 * Unpacks the wheels of a project into its package: those in `wheels/`, or else those that its requirements.txt pins,
 * fetched by the person's own pip. Wheels alone: sources would have to be built, which runs their author's code.
 *
 * @throws SdkError `MB_SDK_PACKAGES_MISSING`, `MB_SDK_PACKAGE_UNFIT`, `MB_SDK_WHEEL_BROKEN`, `MB_SDK_COMMAND_MISSING`,
 * `MB_SDK_COMMAND_FAILED`
 */
export async function vendorWheels(request: VendorRequest): Promise<readonly Component[]> {
  const temporary = await mkdtemp(join(tmpdir(), 'mb-wheels-'))
  try {
    const pins = await readPins(request.directory)
    const found = await gather(request, pins, temporary)
    const wheels: Wheel[] = []
    for (const [index, { file, wheel }] of found.entries()) {
      const directory = join(temporary, String(index))
      const unpacked = await unpackWheel(file, wheel, { directory, signal: request.signal })
      if (pins !== undefined) checkPinned(file, unpacked, pins)
      wheels.push(unpacked)
    }
    checkWhole(wheels)
    const taken = new Map<string, string>()
    for (const wheel of wheels) await place(wheel, request.staging, taken)
    return wheels.map(component)
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

async function gather(
  { directory, target, python, signal }: VendorRequest,
  pins: Pins | undefined,
  temporary: string,
): Promise<readonly FoundWheel[]> {
  const found = await findWheels(join(directory, wheelsFolder), { target, python })
  if (found.length > 0 || pins === undefined) return found
  const folder = join(temporary, 'download')
  await mkdir(folder)
  await downloadWheels(pins, { directory, folder, target, signal })
  return findWheels(folder, { target, python })
}

function checkPinned(file: string, { wheel, sha256 }: Wheel, { digests }: Pins): void {
  if (digests.get(wheel.name)?.has(sha256) === true) return
  throw new SdkError(
    'MB_SDK_WHEEL_BROKEN',
    `Cannot package "${basename(file)}": it is not the one that requirements.txt pins`,
    {
      hint: 'Download it again; or pin it, when you know where it came from',
      details: { name: wheel.name, sha256 },
    },
  )
}

/** What a wheel needs on every machine has to be there: nothing is installed later. */
function checkWhole(wheels: readonly Wheel[]): void {
  const names = new Set(wheels.map(({ wheel }) => wheel.name))
  const missing = wheels.flatMap(({ wheel, needs }) =>
    needs
      .filter((name) => !names.has(pythonName(name)))
      .map((name) => `"${wheel.name}" needs "${name}"`),
  )
  if (missing.length === 0) return
  throw new SdkError(
    'MB_SDK_PACKAGES_MISSING',
    `Cannot package what the plugin needs: ${missing.join('; ')}`,
    {
      hint: 'Put their wheels into wheels/ too, or pin them: pip download brings what a package needs along',
    },
  )
}

/** Puts the files of a wheel where Python imports from; its programs, headers and data nobody would find. */
async function place(
  { wheel, directory, files }: Wheel,
  staging: string,
  taken: Map<string, string>,
): Promise<void> {
  for (const { path, sha256, mode } of files) {
    const goal = placeOf(path)
    if (goal === undefined) continue
    const before = taken.get(goal)
    if (before === sha256) continue
    if (before !== undefined) {
      throw new SdkError(
        'MB_SDK_WHEEL_BROKEN',
        `Cannot package "${wheel.name}": another wheel holds "${goal}" with another content`,
        { hint: 'The two cannot be installed together; leave one out' },
      )
    }
    taken.set(goal, sha256)
    const target = join(staging, vendoredPlaces.python, goal)
    await mkdir(dirname(target), { recursive: true })
    await copyFile(join(directory, path), target)
    await chmod(target, mode === '755' ? 0o755 : 0o644)
  }
}

/** Where a file of a wheel belongs (PEP 427, "The .data directory"); undefined for what is no module. */
function placeOf(path: string): string | undefined {
  const [, kind, rest] = /^[^/]+\.data\/([^/]+)\/(.+)$/.exec(path) ?? []
  if (kind === undefined) return /^[^/]+\.data\//.test(path) ? undefined : path
  return kind === 'purelib' || kind === 'platlib' ? rest : undefined
}

function component({ wheel: { name, version }, sha256, license }: Wheel): Component {
  return {
    name,
    version,
    purl: `pkg:pypi/${name}@${encodeURIComponent(version)}`,
    ...(license !== undefined && { license }),
    sha256,
    path: `${vendoredPlaces.python}/${name}`,
  }
}
