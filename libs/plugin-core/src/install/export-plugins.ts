import { existsSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { PluginError } from '../plugin-error.ts'
import { checkUntouched } from '../store/check-untouched.ts'
import { directoryOf, type PluginRecord } from '../store/plugin-record.ts'
import { writePluginSet, type PluginSet, type PluginSetEntry } from '../store/plugin-set.ts'
import { readState } from '../store/state.ts'
import type { InstallContext } from './install-options.ts'
import { packFolder } from './pack-folder.ts'

/** How plugins are exported. */
export interface ExportOptions {
  /** Writes an archive of each beside the file, so that a machine without a network can take them. @default false */
  readonly withPackages?: boolean | undefined
  /** Replaces what was exported before. @default false */
  readonly force?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/** What was exported. */
export interface ExportedPlugins {
  readonly file: string
  /** The folder of the archives; absent when none were written. */
  readonly packages?: string
  readonly plugins: readonly PluginSetEntry[]
  /** Those that run in the folder that they are developed in: they are nobody's to take along. */
  readonly linked: readonly string[]
}

/**
 * Writes down what is installed, so that it can be installed again elsewhere: never what was granted.
 *
 * @throws PluginError `MB_PLUGIN_SET_EXISTS`, `MB_PLUGIN_TAMPERED`
 */
export async function exportPlugins(
  file: string,
  { withPackages = false, force = false, signal }: ExportOptions,
  context: InstallContext,
): Promise<ExportedPlugins> {
  const { layout, clock, workspace } = context
  const goal = resolve(workspace, file)
  const packages = packagesOf(goal)
  if (!force) checkFree(goal)
  if (withPackages && !(force && (await holdsArchives(packages)))) checkFree(packages)
  const { plugins } = readState(layout)
  const taken = plugins.filter(({ link }) => link === undefined)
  if (withPackages) await packAll(taken, packages, { ...context, signal })
  const set: PluginSet = {
    version: 1,
    exportedAt: new Date(clock.now()).toISOString(),
    plugins: taken.map((plugin) => entryOf(plugin, withPackages ? packages : undefined)),
  }
  await writePluginSet(goal, set)
  return {
    file: goal,
    ...(withPackages ? { packages } : {}),
    plugins: set.plugins,
    linked: plugins.filter(({ link }) => link !== undefined).map(({ id }) => id),
  }
}

/** The folder of the archives that belong to a file. */
function packagesOf(file: string): string {
  return join(dirname(file), `${basename(file, extname(file))}.packages`)
}

function checkFree(path: string): void {
  if (!existsSync(path)) return
  throw new PluginError(
    'MB_PLUGIN_SET_EXISTS',
    `Cannot export to ${JSON.stringify(path)}: it is there already`,
    { hint: 'Name another file, or replace it with --force' },
  )
}

/** Whether a folder is one of ours, so that nothing of anybody else goes with it. */
async function holdsArchives(folder: string): Promise<boolean> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.every((entry) => entry.isFile() && entry.name.endsWith('.tar.gz'))
  } catch {
    return false
  }
}

async function packAll(
  plugins: readonly PluginRecord[],
  packages: string,
  { layout, signal }: Pick<InstallContext, 'layout' | 'signal'>,
): Promise<void> {
  // What is not written whole is not there: the file that names them comes last.
  await rm(packages, { recursive: true, force: true })
  await mkdir(packages, { recursive: true, mode: 0o700 })
  for (const plugin of plugins) {
    const { id, digest } = plugin
    const directory = directoryOf(plugin, layout)
    await checkUntouched({ id, directory, digest, signal })
    await packFolder(directory, join(packages, archiveName(plugin)), signal)
  }
}

function archiveName({ id, manifest }: PluginRecord): string {
  return `${id.replace('/', '-')}-${manifest.version}.tar.gz`
}

function entryOf(plugin: PluginRecord, packages: string | undefined): PluginSetEntry {
  const { id, manifest, digest, keyId, enabled, wantedBy, words, updates, source } = plugin
  return {
    id,
    version: manifest.version,
    digest,
    ...(keyId === undefined ? {} : { keyId }),
    enabled,
    wantedBy,
    words,
    ...(updates === undefined ? {} : { updates }),
    source,
    ...(packages === undefined ? {} : { archive: `${basename(packages)}/${archiveName(plugin)}` }),
  }
}
