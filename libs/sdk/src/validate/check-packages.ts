import { describeMissing, importedPackages, missingPackages, type Manifest } from '@mb/manifest'
import type { Finding } from './finding.ts'

/** Judges whether a package brings along what its manifest declares: it could not be loaded without. */
export async function checkVendored(
  directory: string,
  manifest: Manifest,
  manifestFile: string,
): Promise<readonly Finding[]> {
  const missing = await missingPackages(manifest, directory)
  return missing.map((each) => ({
    id: 'package-missing',
    severity: 'error',
    message: `The manifest declares ${describeMissing(each)}, which is not in the package`,
    file: manifestFile,
    hint: 'Package the plugin with `mb sdk package`, which takes it along',
  }))
}

/** Judges whether a plugin imports what it does not declare: that is not packaged with it. */
export async function checkDeclared(
  directory: string,
  files: readonly string[],
  { runtime, dependencies }: Manifest,
): Promise<readonly Finding[]> {
  if (runtime !== 'node') return []
  const imported = [...(await importedPackages(directory, { files }))].toSorted()
  return imported
    .filter((name) => !Object.hasOwn(dependencies, name))
    .map((name) => ({
      id: 'package-undeclared',
      severity: 'warning',
      message: `The plugin imports "${name}", which its manifest does not declare`,
      hint: 'Add it to `dependencies` of the manifest, or bundle it into the plugin',
    }))
}
