import { join } from 'node:path'
import { importedPackages, readDigestTree } from '@mb/manifest'
import semver from 'semver'
import { SdkError } from '../../sdk-error.ts'
import { stageFiles } from '../stage-files.ts'
import type { Component, VendorRequest } from '../vendored.ts'
import { InstalledPackages } from './find-installed.ts'
import { listInstalledFiles } from './package-files.ts'
import { placePackages, type InstalledPackage, type PlacedPackage } from './place-packages.ts'

/**
 * Copies the declared packages that a plugin imports into its package, with all that these need. Nothing of them is
 * run. What was bundled into the plugin's own files is told, and needs no copy.
 *
 * @throws SdkError `MB_SDK_PACKAGES_MISSING`, `MB_SDK_PACKAGE_UNFIT`, `MB_SDK_FILE_KIND`, `MB_SDK_SECRET_FILE`
 */
export async function vendorNodePackages(request: VendorRequest): Promise<readonly Component[]> {
  const { directory, staging, files, dependencies } = request
  const declared = await findDeclared(directory, dependencies)
  const imported = await importedPackages(staging, { files })
  checkPresent(dependencies, declared, imported)
  const roots = new Map([...declared].filter(([name]) => imported.has(name)))
  const placed = placePackages(roots)
  const components: Component[] = []
  for (const each of placed) components.push(await copyPackage(each, request))
  for (const [name, installed] of declared)
    if (!imported.has(name)) components.push(describe(installed))
  return components
}

async function findDeclared(
  directory: string,
  dependencies: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, InstalledPackage>> {
  const installed = new InstalledPackages()
  const found = new Map<string, InstalledPackage>()
  for (const name of Object.keys(dependencies).toSorted()) {
    const each = await installed.find(directory, name)
    if (each !== undefined) found.set(name, each)
  }
  return found
}

function checkPresent(
  dependencies: Readonly<Record<string, string>>,
  declared: ReadonlyMap<string, InstalledPackage>,
  imported: ReadonlySet<string>,
): void {
  const wrong = Object.entries(dependencies).flatMap(([name, range]) => {
    const version = declared.get(name)?.version
    if (version === undefined) return imported.has(name) ? [`"${name}" is not installed`] : []
    if (semver.satisfies(version, range)) return []
    return range === '*' ? [] : [`"${name}" is installed as ${version}, not ${range}`]
  })
  if (wrong.length === 0) return
  throw new SdkError(
    'MB_SDK_PACKAGES_MISSING',
    `Cannot package what the plugin needs: ${wrong.join('; ')}`,
    { hint: 'Install them there, as by npm install NAME@RANGE, or mend `dependencies`' },
  )
}

async function copyPackage(
  { path, name, installed }: PlacedPackage,
  { staging, allowSecretFiles = [], signal }: VendorRequest,
): Promise<Component> {
  const files = await listInstalledFiles(installed.directory, name)
  const target = join(staging, path)
  const allowed = allowSecretFiles
    .filter((file) => file.startsWith(`${path}/`))
    .map((file) => file.slice(path.length + 1))
  await stageFiles(installed.directory, files, target, { allowSecretFiles: allowed, signal })
  // Of its own files alone: what comes to lie in it is told by itself.
  const { digest } = await readDigestTree(target, { signal })
  return { ...describe(installed), sha256: digest, path }
}

function describe({ name, version, license }: InstalledPackage): Component {
  return {
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${encodeURIComponent(version)}`,
    ...(license !== undefined && { license }),
  }
}
