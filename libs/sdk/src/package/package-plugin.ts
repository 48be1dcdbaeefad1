import { lstat, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, relative, resolve } from 'node:path'
import { makeFolder } from '@mb/kernel'
import {
  readManifest,
  whyBadPath,
  writePackageMetadata,
  type Manifest,
  type PackageFacts,
  type SigningKey,
} from '@mb/manifest'
import { commandFailed } from '../command-failed.ts'
import {
  checkDirectory,
  findProjectPackage,
  readProjectPackage,
  type ProjectPackage,
} from '../project.ts'
import { runScript } from '../run-script.ts'
import { SdkError } from '../sdk-error.ts'
import type { CommandOutput } from '../run-command.ts'
import { archiveName } from './archive-name.ts'
import { hasEntry, listPackageFiles } from './list-files.ts'
import { checkTarget, narrowManifest } from './narrow-manifest.ts'
import { stageFiles } from './stage-files.ts'
import { vendorPackages, vendorSources } from './vendor-packages.ts'
import type { Component } from './vendored.ts'
import {
  pathInArchive,
  writeArchive,
  type ArchiveEntry,
  type ArchiveForm,
  type WrittenArchive,
} from './write-archive.ts'
import { writeSbom } from './write-sbom.ts'

/** How a plugin is packaged. */
export interface PackagePluginOptions {
  /** The folder for the archives. @default `packages` in the plugin's folder */
  readonly output?: string | undefined
  /** @default ['zip', 'tar.gz', 'npm'], npm only with a package.json */
  readonly forms?: readonly ArchiveForm[] | undefined
  /** Signs the package; without it the package is unsigned. */
  readonly sign?: SigningKey | undefined
  /** The digest of the version before this one, to be signed with it. */
  readonly previous?: string | undefined
  /** Runs the `build` script of package.json first, when there is one. @default true */
  readonly build?: boolean | undefined
  /** Where the build's output goes. @default 'pipe' */
  readonly stdio?: CommandOutput | undefined
  /** For the build. @default Infinity */
  readonly timeoutMs?: number | undefined
  /** Packages for one platform alone, as `linux-x64`. @default for those that the manifest names */
  readonly target?: string | undefined
  /** Files that look like secrets and are none, from the package's folder. */
  readonly allowSecretFiles?: readonly string[] | undefined
  readonly signal?: AbortSignal | undefined
}

/** One archive of a package. */
export interface PackagedArchive {
  readonly form: ArchiveForm
  /** Absolute. */
  readonly file: string
  readonly bytes: number
  /** Of the archive's bytes, in hex. */
  readonly sha256: string
}

/** A plugin that was packaged. */
export interface PackagedPlugin {
  readonly name: string
  readonly version: string
  readonly archives: readonly PackagedArchive[]
  /** Of the files in it: the same for every form. */
  readonly digest: string
  /** Of the key that it was signed with. */
  readonly keyId?: string
  /** How many files it holds, without its metadata. */
  readonly files: number
  /** The platform that it is for alone. */
  readonly target?: string
  /** The packages that it brings along, and those that are known to be bundled into its files. */
  readonly packages: readonly Component[]
}

/**
 * Packages a plugin, with the packages of its language that it declares. The same files give the same bytes, whatever
 * the time, time zone, umask, folder and account. Archives are written whole or not at all.
 *
 * @throws SdkError `MB_SDK_PROJECT_MISSING`, `MB_SDK_COMMAND_FAILED`, `MB_SDK_FILE_MISSING`, `MB_SDK_FILE_KIND`,
 * `MB_SDK_FILE_NAME`, `MB_SDK_SECRET_FILE`, `MB_SDK_OPTION_INVALID`, `MB_SDK_PACKAGES_MISSING`, `MB_SDK_PACKAGE_UNFIT`,
 * `MB_SDK_WHEEL_BROKEN` and what {@link testPlugin} throws; ManifestError for a manifest or a file that no package may
 * have
 */
export async function packagePlugin(
  directory: string,
  options: PackagePluginOptions = {},
): Promise<PackagedPlugin> {
  const folder = resolve(directory)
  const output = resolve(options.output ?? join(folder, 'packages'))
  await checkDirectory(folder)
  const { manifest, file: manifestFile } = await readManifest(folder)
  const { target } = options
  if (target !== undefined) checkTarget(manifest, target)
  const project = await findProjectPackage(folder)
  const forms = await chooseForms(options.forms, folder, project)
  if (options.build ?? true) await build(folder, project, options)

  const staging = await mkdtemp(join(tmpdir(), 'mb-package-'))
  try {
    const files = await listPackageFiles({
      directory: folder,
      manifest,
      manifestFile: basename(manifestFile),
      project,
      outputs: [output, join(folder, 'packages'), ...vendorSources(folder, manifest)],
    })
    checkEntry(files, manifest, project)
    await stageFiles(folder, files, staging, options)
    const { sign: key, previous, signal, allowSecretFiles } = options
    if (target !== undefined) await narrowManifest(staging, basename(manifestFile), target)
    const request = { directory: folder, staging, files, target, allowSecretFiles, signal }
    const packages = await vendorPackages(manifest, request)
    const sbom = packages.length === 0 ? undefined : writeSbom(manifest, packages)
    const facts = await writePackageMetadata(staging, { key, previous, sbom, signal })
    const archives = await writeArchives(forms, facts, { output, project, target, signal })
    return {
      name: manifest.name,
      version: manifest.version,
      archives,
      digest: facts.tree.digest,
      ...(facts.signature.status === 'signed' && { keyId: facts.signature.keyId }),
      files: facts.tree.files.length,
      ...(target !== undefined && { target }),
      packages,
    }
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

async function chooseForms(
  asked: readonly ArchiveForm[] | undefined,
  folder: string,
  project: ProjectPackage | undefined,
): Promise<readonly ArchiveForm[]> {
  if (asked === undefined) return project ? ['zip', 'tar.gz', 'npm'] : ['zip', 'tar.gz']
  if (asked.length === 0) throw new RangeError('Cannot package as nothing: forms is empty')
  // npm installs nothing without a package.json, so that a tarball without one would be of no use.
  if (asked.includes('npm')) await readProjectPackage(folder)
  return [...new Set(asked)]
}

async function build(
  folder: string,
  project: ProjectPackage | undefined,
  options: PackagePluginOptions,
): Promise<void> {
  if (project === undefined || !Object.hasOwn(project.scripts, 'build')) return
  const result = await runScript(folder, 'build', project, options)
  if (result.code !== 0) throw commandFailed(result.words, folder, result)
}

function checkEntry(
  files: readonly string[],
  manifest: Manifest,
  project: ProjectPackage | undefined,
): void {
  if (hasEntry(files, manifest)) return
  const hasBuild = project !== undefined && Object.hasOwn(project.scripts, 'build')
  throw new SdkError(
    'MB_SDK_FILE_MISSING',
    `Cannot package "${manifest.name}": its entry "${manifest.entry}" is not there`,
    {
      hint: hasBuild
        ? 'Build it first, and make sure that the build writes that file'
        : 'Write that file, or name another as `entry` in the manifest',
    },
  )
}

async function writeArchives(
  forms: readonly ArchiveForm[],
  facts: PackageFacts,
  options: {
    readonly output: string
    readonly project: ProjectPackage | undefined
    readonly target: string | undefined
    readonly signal: AbortSignal | undefined
  },
): Promise<readonly PackagedArchive[]> {
  const { output, project, target, signal } = options
  const entries = [...facts.tree.files, ...(await metadataEntries(facts.directory))]
  for (const form of forms) checkPaths(form, entries)
  await makeFolder(output)
  const written: { form: ArchiveForm; goal: string; archive: WrittenArchive }[] = []
  try {
    for (const form of forms) {
      const goal = join(output, archiveName(form, facts.manifest, { project, target }))
      const archive = await writeArchive(form, facts.directory, entries, { goal, signal })
      written.push({ form, goal, archive })
    }
    for (const { goal, archive } of written) await rename(archive.temporary, goal)
  } catch (error) {
    for (const { archive } of written) await rm(archive.temporary, { force: true })
    throw error
  }
  return written.map(({ form, goal, archive: { bytes, sha256 } }) => ({
    form,
    file: goal,
    bytes,
    sha256,
  }))
}

/** What npm puts before a path can make it longer than readers take. */
function checkPaths(form: ArchiveForm, entries: readonly ArchiveEntry[]): void {
  for (const { path } of entries) {
    const wrong = whyBadPath(pathInArchive(form, path))
    if (wrong === undefined) continue
    throw new SdkError(
      'MB_SDK_FILE_NAME',
      `Cannot package "${path}" as ${form}: "${pathInArchive(form, path)}" ${wrong}`,
      { hint: 'Give it a shorter name, or choose other forms' },
    )
  }
}

async function metadataEntries(directory: string): Promise<readonly ArchiveEntry[]> {
  const folder = join(directory, '.milkbottle')
  const names = (await readdir(folder)).toSorted()
  for (const name of names) {
    const facts = await lstat(join(folder, name))
    if (!facts.isFile())
      throw new TypeError(`${relative(directory, folder)} holds no file "${name}"`)
  }
  return names.map((name) => ({ path: `.milkbottle/${name}`, mode: '644' }))
}
