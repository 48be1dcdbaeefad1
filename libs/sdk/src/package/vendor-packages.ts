import { join } from 'node:path'
import { describeMissing, missingPackages, type Manifest } from '@mb/manifest'
import { SdkError } from '../sdk-error.ts'
import type { Component, VendorRequest } from './vendored.ts'

/**
 * Puts the packages that a plugin declares into its package, so that nothing has to be installed for it ever after.
 * Programs have all that they need inside.
 *
 * @returns what the package is made of, beside the plugin's own files
 * @throws SdkError `MB_SDK_PACKAGES_MISSING`, `MB_SDK_PACKAGE_UNFIT`, `MB_SDK_WHEEL_BROKEN`
 */
export async function vendorPackages(
  manifest: Manifest,
  request: Omit<VendorRequest, 'dependencies' | 'python'>,
): Promise<readonly Component[]> {
  if (Object.keys(manifest.dependencies).length === 0) return []
  const whole = { ...request, dependencies: manifest.dependencies, python: manifest.engines.python }
  const components = await vendor(manifest, whole)
  const missing = await missingPackages(manifest, request.staging)
  if (missing.length === 0) return components
  throw new SdkError(
    'MB_SDK_PACKAGES_MISSING',
    `Cannot package "${manifest.name}": it declares packages that are not there: ${missing.map(describeMissing).join(', ')}`,
    { hint: hints[manifest.runtime], details: { missing } },
  )
}

/** The folders of a project that packages are taken from, which are no part of its own files. */
export function vendorSources(
  directory: string,
  { runtime, dependencies }: Pick<Manifest, 'runtime' | 'dependencies'>,
): readonly string[] {
  const hasWheels = runtime === 'python' && Object.keys(dependencies).length > 0
  return hasWheels ? [join(directory, 'wheels')] : []
}

async function vendor(
  { runtime }: Manifest,
  request: VendorRequest,
): Promise<readonly Component[]> {
  if (runtime === 'node') {
    const { vendorNodePackages } = await import('./node/vendor-node-packages.ts')
    return vendorNodePackages(request)
  }
  if (runtime === 'python') {
    const { vendorWheels } = await import('./python/vendor-wheels.ts')
    return vendorWheels(request)
  }
  return []
}

const hints: Readonly<Record<Manifest['runtime'], string>> = {
  node: 'Install them there, as by npm install NAME@RANGE',
  python:
    'Put their wheels into wheels/, as by python3 -m pip download --only-binary=:all: --dest wheels NAME',
  executable: 'Link them into the program',
  wasm: 'Link them into the module',
}
