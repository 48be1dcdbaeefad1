import { existsSync } from 'node:fs'
import { coversRequest } from '../consent/covers-request.ts'
import type { PluginTrust } from '../consent/grants.ts'
import { isUntouched } from '../store/check-untouched.ts'
import type { HomeLayout } from '../store/home-layout.ts'
import type { PluginRecord, PluginVersion } from '../store/plugin-record.ts'
import type { State } from '../store/state.ts'
import type { Finding } from './finding.ts'
import { packageFolders, type PackageFolder } from './package-folders.ts'

/** A version whose files are not what they were. */
export interface BrokenVersion {
  readonly plugin: PluginRecord
  readonly version: PluginVersion
  readonly isMissing: boolean
  /** The version that takes its place; absent where it is not active, or where none can. */
  readonly heir?: PluginVersion
}

/** What is wrong with the files of packages. */
export interface PackageFaults {
  readonly broken: readonly BrokenVersion[]
  readonly unknown: readonly PackageFolder[]
}

/** Holds the folders of packages against the state, and their files against what was verified. */
export async function examinePackages(
  { plugins, generation }: State,
  grants: ReadonlyMap<string, PluginTrust>,
  layout: HomeLayout,
): Promise<PackageFaults> {
  const broken: BrokenVersion[] = []
  for (const plugin of plugins)
    broken.push(...(await brokenVersions(plugin, grants.get(plugin.id) ?? {}, layout)))
  const known = new Set(
    plugins.flatMap(({ id, versions }) =>
      versions.map(({ version }) => layout.package(id, version)),
    ),
  )
  const folders = await packageFolders(layout)
  // A state that never was changed cannot say what is not part of it: it was lost.
  const unknown = generation === 0 ? [] : folders.filter(({ directory }) => !known.has(directory))
  return { broken, unknown }
}

async function brokenVersions(
  plugin: PluginRecord,
  { grant }: PluginTrust,
  layout: HomeLayout,
): Promise<readonly BrokenVersion[]> {
  const broken: BrokenVersion[] = []
  const whole: PluginVersion[] = []
  for (const version of plugin.versions) {
    // What is run in place is its developer's, and changes as they write it.
    if (plugin.link !== undefined && version.version === plugin.manifest.version) continue
    const directory = layout.package(plugin.id, version.version)
    if (await isUntouched({ directory, digest: version.digest })) whole.push(version)
    else broken.push({ plugin, version, isMissing: !existsSync(directory) })
  }
  // Nobody is asked here: only what was agreed to may take the place of what cannot run.
  const heir = whole.find((version) => coversRequest(grant, version))
  return broken.map((each) =>
    each.version.version === plugin.manifest.version && heir !== undefined
      ? { ...each, heir }
      : each,
  )
}

/** The faults as findings. */
export function packageFindings({ broken, unknown }: PackageFaults, layout: HomeLayout): Finding[] {
  return [
    ...broken.map(({ plugin, version: { version }, isMissing, heir }): Finding => {
      const { id, manifest } = plugin
      const isActive = version === manifest.version
      return {
        code: isMissing ? 'package-missing' : 'package-changed',
        severity: isActive ? 'error' : 'warning',
        message: `${isMissing ? 'The files are gone' : 'Files were changed since they were verified'}: ${id} ${version}${isActive ? ' cannot run' : ', which is kept to go back to'}`,
        mend: mendOf(isActive, { id, version, heir }),
        isMendable: !isActive || heir !== undefined,
        plugin: id,
        version,
        path: layout.package(id, version),
      }
    }),
    ...unknown.map(({ id, version, directory }): Finding => ({
      code: 'package-unknown',
      severity: 'warning',
      message: `The folder of ${id} ${version} belongs to nothing that is installed`,
      mend: 'Removes a whole package, and puts aside what is none: somebody may have worked in it',
      isMendable: true,
      plugin: id,
      version,
      path: directory,
    })),
  ]
}

function mendOf(
  isActive: boolean,
  {
    id,
    version,
    heir,
  }: {
    readonly id: string
    readonly version: string
    readonly heir: PluginVersion | undefined
  },
): string {
  if (!isActive) return 'Forgets this version and removes what is left of it'
  return heir === undefined
    ? `Install it again with --force: ${id} ${version}`
    : `Goes back to ${heir.version}, whose files are whole and which was agreed to`
}
