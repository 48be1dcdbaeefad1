import { lstat, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { errorCode, readTextBounded } from '@mb/kernel'
import { SdkError } from '../../sdk-error.ts'
import type { InstalledPackage } from './place-packages.ts'

/** A package with its needs, which are found after it: packages can need each other. */
interface Found extends InstalledPackage {
  readonly needs: Map<string, InstalledPackage>
}

const maxPackageJsonBytes = 1024 * 1024
const isName = /^(?:@[a-z0-9_~-][\w.~-]*\/)?[a-z0-9_~-][\w.~-]*$/i

/** Finds installed packages as Node does, with all that they need. */
export class InstalledPackages {
  readonly #known = new Map<string, Promise<Found>>()

  /**
   * @param from the folder of what imports it
   * @returns undefined when it is not installed
   * @throws SdkError `MB_SDK_PACKAGES_MISSING` for what it needs and is not installed
   */
  async find(from: string, name: string): Promise<InstalledPackage | undefined> {
    const directory = await findFolder(from, name)
    if (directory === undefined) return undefined
    const waiting: Found[] = []
    const root = await this.#read(directory, waiting)
    // One after the other, and not by recursion: the chains of some are longer than a stack.
    for (const each of waiting) await this.#findNeeds(each, waiting)
    return root
  }

  #read(directory: string, waiting: Found[]): Promise<Found> {
    const known = this.#known.get(directory)
    if (known !== undefined) return known
    const reading = readFacts(directory).then((facts) => {
      const found = { ...facts, directory, needs: new Map<string, InstalledPackage>() }
      waiting.push(found)
      return found
    })
    this.#known.set(directory, reading)
    return reading
  }

  async #findNeeds(found: Found, waiting: Found[]): Promise<void> {
    const { name, needs } = await readFacts(found.directory)
    for (const [needed, isOptional] of needs) {
      const directory = await findFolder(found.directory, needed)
      if (directory !== undefined) found.needs.set(needed, await this.#read(directory, waiting))
      else if (!isOptional) throw missing(needed, name)
    }
  }
}

/** Node's own way: the `node_modules` of each folder upwards (nodejs.org/api/modules.html#all-together). */
async function findFolder(from: string, name: string): Promise<string | undefined> {
  // A name becomes a path here, and one in the package: "../.." would lead out of both.
  if (!isName.test(name)) {
    throw new SdkError(
      'MB_SDK_PACKAGE_UNFIT',
      `Cannot package what ${JSON.stringify(from)} needs: ${JSON.stringify(name.slice(0, 80))} is no name of a package`,
      { hint: 'Take another package in its place' },
    )
  }
  for (let folder = from; ; folder = dirname(folder)) {
    try {
      const found = await realpath(join(folder, 'node_modules', name))
      if ((await lstat(join(found, 'package.json'))).isFile()) return found
    } catch (error) {
      const code = errorCode(error)
      if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error
    }
    if (dirname(folder) === folder) return undefined
  }
}

interface Facts extends Pick<InstalledPackage, 'name' | 'version' | 'license'> {
  /** Each with whether it may be absent. */
  readonly needs: ReadonlyMap<string, boolean>
}

async function readFacts(directory: string): Promise<Facts> {
  const file = join(directory, 'package.json')
  const text = await readTextBounded(file, { maxBytes: maxPackageJsonBytes })
  const value = parse(text, file)
  const optional = namesIn(value['optionalDependencies'])
  const needs = new Map<string, boolean>()
  // A peer that nobody installed is one that its user does without.
  for (const name of namesIn(value['peerDependencies'])) needs.set(name, true)
  for (const name of namesIn(value['dependencies'])) needs.set(name, false)
  for (const name of optional) needs.set(name, true)
  const { name, version, license } = value
  return {
    name: typeof name === 'string' ? name : basename(directory),
    version: typeof version === 'string' ? version : '0.0.0',
    ...(typeof license === 'string' && { license }),
    needs,
  }
}

function parse(text: string, file: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return { ...value }
  } catch {
    // told below
  }
  throw new SdkError('MB_SDK_PROJECT_INVALID', `Cannot read "${file}": it holds no object`, {
    hint: 'Install the packages of the project again',
  })
}

function namesIn(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : []
}

function missing(name: string, by: string): SdkError {
  return new SdkError(
    'MB_SDK_PACKAGES_MISSING',
    `Cannot package "${by}": it needs "${name}", which is not installed`,
    { hint: 'Install the packages of the project again, as by npm install' },
  )
}
