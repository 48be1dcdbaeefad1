import {
  missingPackages,
  readVendoredPackages,
  type MissingPackage,
  type VendoredPackage,
} from '@mb/manifest'
import type { HomeLayout } from './home-layout.ts'
import { directoryOf, type PluginRecord } from './plugin-record.ts'

/** The packages of its language that a plugin needs. */
export interface PluginPackages {
  /** What came with it, by name. */
  readonly present: readonly VendoredPackage[]
  /** What it declares, and did not come with it. */
  readonly missing: readonly MissingPackage[]
}

/** Looks which packages of its language a plugin has, and which it lacks. */
export async function readPluginPackages(
  record: PluginRecord,
  layout: HomeLayout,
): Promise<PluginPackages> {
  const { manifest } = record
  const directory = directoryOf(record, layout)
  const [present, missing] = await Promise.all([
    readVendoredPackages(directory, manifest.runtime),
    missingPackages(manifest, directory),
  ])
  return { present, missing }
}
