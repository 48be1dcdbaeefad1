import { join } from 'node:path'
import semver from 'semver'
import type { Manifest } from '../manifest.ts'
import { importedPackages } from './imported-packages.ts'
import { pythonName, pythonVersion } from './python-names.ts'
import { readNodePackage, readVendoredPackages } from './vendored-packages.ts'
import { vendoredPlaces } from './vendored-places.ts'

/** A declared package that a plugin's folder does not bring along as it has to be. */
export interface MissingPackage {
  readonly name: string
  /** The declared range. */
  readonly range: string
  /** The version that is there instead; absent when there is none. */
  readonly found?: string
}

/**
 * The declared packages of a plugin that its folder does not bring along, or not in a version that fits. A package that
 * the plugin's JavaScript does not import was bundled into it, and is not missing.
 *
 * @returns nothing for programs, which have all that they need inside
 */
export async function missingPackages(
  manifest: Pick<Manifest, 'dependencies' | 'runtime'>,
  directory: string,
): Promise<readonly MissingPackage[]> {
  const declared = Object.entries(manifest.dependencies)
  if (declared.length === 0) return []
  if (manifest.runtime === 'node') return missingForNode(declared, directory)
  if (manifest.runtime === 'python') return missingForPython(declared, directory)
  return []
}

/** A package as people read it: `left-pad ^1.3.0`, and what is there instead. */
export function describeMissing({ name, range, found }: MissingPackage): string {
  const wanted = range === '*' ? name : `${name} ${range}`
  return found === undefined ? wanted : `${wanted} (there is ${found})`
}

type Declared = readonly (readonly [name: string, range: string])[]

async function missingForNode(
  declared: Declared,
  directory: string,
): Promise<readonly MissingPackage[]> {
  const folder = join(directory, vendoredPlaces.node)
  const missing: MissingPackage[] = []
  for (const [name, range] of declared) {
    const found = (await readNodePackage(folder, name))?.version
    if (found !== undefined && fits(found, range)) continue
    missing.push({ name, range, ...(found !== undefined && { found }) })
  }
  const absent = missing.filter(({ found }) => found === undefined)
  // Looking through all code is for the few that need it.
  if (absent.length === 0) return missing
  const imported = await importedPackages(directory, { among: absent.map(({ name }) => name) })
  return missing.filter(({ name, found }) => found !== undefined || imported.has(name))
}

async function missingForPython(
  declared: Declared,
  directory: string,
): Promise<readonly MissingPackage[]> {
  const vendored = new Map(
    (await readVendoredPackages(directory, 'python')).map(({ name, version }) => [name, version]),
  )
  return declared.flatMap(([name, range]): readonly MissingPackage[] => {
    const found = vendored.get(pythonName(name))
    if (found !== undefined && pythonFits(found, range)) return []
    return [{ name, range, ...(found !== undefined && { found }) }]
  })
}

/** Whether a version of a Python package is one of a declared range. */
export function pythonFits(version: string, range: string): boolean {
  const read = pythonVersion(version)
  return read === undefined ? range === '*' : fits(read, range)
}

function fits(version: string, range: string): boolean {
  // Any version is meant, a pre-release too: it is there because somebody chose it.
  return range === '*' || semver.satisfies(version, range)
}
