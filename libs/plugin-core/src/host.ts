import { resolve } from 'node:path'
import { errorCode, silentLogger, type Logger } from '@mb/kernel'
import { HostContexts } from './host/host-contexts.ts'
import type { HostRunOptions, PluginHostOptions } from './host/host-options.ts'
import { runCommand } from './host/run-command.ts'
import { checkHealth, type HealthOptions, type PluginHealth } from './health/check-health.ts'
import type { UpdatePolicy } from './configuration/plugin-settings.ts'
import { approvePlugin, type ApproveOptions } from './consent/approve-plugin.ts'
import { readGrants, type Grant } from './consent/grants.ts'
import { revokePermissions } from './consent/revoke-permissions.ts'
import type { PluginSource } from './fetch/plugin-source.ts'
import { setPluginEnabled } from './install/change-plugin.ts'
import { recover } from './install/commit-change.ts'
import type { ExportedPlugins, ExportOptions } from './install/export-plugins.ts'
import type { ImportedPlugins, ImportOptions } from './install/import-plugins.ts'
import type { DiscoverOptions } from './discovery/discover-plugins.ts'
import type { Discovery } from './discovery/discovered-plugin.ts'
import type { DiscoveryChange, WatchOptions } from './discovery/watch-plugins.ts'
import { installFrom } from './install/install-from.ts'
import type { InstallFromOptions, InstallOptions } from './install/install-options.ts'
import { installPlugin } from './install/install-plugin.ts'
import type { PackageRepository } from './install/package-repository.ts'
import { unfinishedChanges } from './install/recover-changes.ts'
import { rollbackPlugin, type RollbackOptions, type RolledBack } from './install/rollback-plugin.ts'
import { sweepStaging } from './install/staging.ts'
import {
  uninstallPlugin,
  type Uninstalled,
  type UninstallOptions,
} from './install/uninstall-plugin.ts'
import {
  installProject,
  lockProject,
  type InstalledProject,
  type InstallProjectOptions,
  type LockedProject,
  type LockProjectOptions,
} from './lockfile/lock-project.ts'
import { dependencyTree, type DependencyTree } from './resolve/dependency-tree.ts'
import type { RunResult } from './run/run-request.ts'
import { findPlugin } from './store/find-plugin.ts'
import { historyOf, type HistoryEntry } from './store/history.ts'
import { checkHome } from './store/home-folders.ts'
import { homeLayout, type HomeLayout } from './store/home-layout.ts'
import type { InstalledPlugin } from './store/installed-plugin.ts'
import { readPluginPackages, type PluginPackages } from './store/plugin-packages.ts'
import { installedPlugin } from './store/plugin-record.ts'
import { readState } from './store/state.ts'
import { pluginStatistics, type PluginStatistics } from './store/statistics.ts'
import { isIndexCurrent } from './store/write-command-index.ts'
import type { PluginUpdate } from './update/plugin-update.ts'
import { setUpdatePolicy } from './update/remember-held.ts'
import { updateIfDue, type DueUpdates } from './update/update-if-due.ts'
import { updatePlugins, type UpdateOptions } from './update/update-plugins.ts'

/**
 * Opens the plugins of a home: what a crash left half-done is finished or undone first.
 *
 * @throws PluginError `MB_HOME_UNUSABLE`, `MB_STATE_BROKEN`; KernelError `MB_JOURNAL_BROKEN`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { openPluginHost } from '@mb/plugin-core'
 *
 * const host = await openPluginHost({ home: '/tmp/nobody-was-here' })
 * assert.deepEqual(host.list(), [])
 * ```
 */
export async function openPluginHost(options: PluginHostOptions): Promise<PluginHost> {
  const layout = homeLayout(resolve(options.home))
  const logger = options.logger ?? silentLogger
  checkHome(layout)
  await mend(layout, logger)
  return new PluginHost(layout, options)
}

/** The plugins of one home. */
export class PluginHost implements AsyncDisposable {
  readonly #layout: HomeLayout
  readonly #contexts: HostContexts

  /** Use {@link openPluginHost}. */
  constructor(layout: HomeLayout, options: PluginHostOptions) {
    this.#layout = layout
    this.#contexts = new HostContexts(layout, options)
  }

  /**
   * Installs a plugin from its folder or archive, from an address, npm or a release, after the person agreed. An
   * installed plugin becomes the version that is given. Whatever is refused leaves the home as it was.
   *
   * @param source - as `parseSource()` reads it; a name that could be a folder's is a folder's
   * @throws PluginError `MB_PLUGIN_…`, `MB_SOURCE_…`, `MB_COMMAND_…`; ManifestError for what is wrong with the package
   */
  async install(
    source: string | PluginSource,
    options: InstallOptions = {},
  ): Promise<InstalledPlugin> {
    const { repository, ...rest } = options
    const trusted =
      repository === undefined ? {} : { repository: this.#contexts.trusted(repository) }
    return await installPlugin(source, { ...rest, ...trusted }, this.#contexts.installing(options))
  }

  /**
   * Installs a plugin from a repository, after the person agreed. What comes has to be what was promised, down to the
   * last byte; its code is scanned before anybody is asked.
   *
   * @param spec - `namespace/name`, `namespace/name@range`, or a bare name
   * @throws PluginError `MB_PLUGIN_…`, `MB_COMMAND_…`; ManifestError for what is wrong with the package; what the
   *   repository throws
   */
  async installFrom(
    repository: PackageRepository,
    spec: string,
    options: InstallFromOptions = {},
  ): Promise<InstalledPlugin> {
    return await installFrom(
      this.#contexts.trusted(repository),
      spec,
      options,
      this.#contexts.installing(options),
    )
  }

  /**
   * Installs what the project requires that the person is in, at the versions of its lockfile.
   *
   * @throws PluginError `MB_LOCKFILE_…`, and all that {@link PluginHost.installFrom} throws
   */
  async installProject(options: InstallProjectOptions = {}): Promise<InstalledProject> {
    return await installProject(options, this.#contexts.installing(options))
  }

  /** What installed plugins need of each other: of one of them, or of all. */
  tree(name?: string, { depth }: { readonly depth?: number } = {}): DependencyTree {
    const { plugins } = readState(this.#layout)
    return dependencyTree(plugins, {
      depth: depth ?? this.#contexts.plugins.maxDependencyDepth,
      ...(name === undefined ? {} : { roots: [findPlugin(plugins, name).id] }),
    })
  }

  /** Writes the lockfile of the project that the person is in; installs nothing. */
  async lockProject(options: LockProjectOptions = {}): Promise<LockedProject> {
    return await lockProject(options, this.#contexts.installing(options))
  }

  /**
   * Removes a plugin, all its versions and its grant.
   *
   * @throws PluginError `MB_PLUGIN_NEEDED` when others need it
   */
  async uninstall(name: string, options: UninstallOptions = {}): Promise<Uninstalled> {
    return await uninstallPlugin(name, options, this.#contexts.changing(options.signal))
  }

  /**
   * Makes a version that is kept the active one again.
   *
   * @throws PluginError `MB_PLUGIN_NOT_KEPT`, `MB_PLUGIN_NEEDED`, `MB_PLUGIN_TAMPERED`, `MB_PLUGIN_CONSENT_NEEDED`
   */
  async rollback(name: string, options: RollbackOptions = {}): Promise<RolledBack> {
    return await rollbackPlugin(name, options, this.#contexts.installing(options))
  }

  /**
   * Writes down what is installed, with an archive of each when told to, so that it can be installed again elsewhere.
   *
   * @throws PluginError `MB_PLUGIN_SET_EXISTS`, `MB_PLUGIN_TAMPERED`
   */
  async export(file: string, options: ExportOptions = {}): Promise<ExportedPlugins> {
    const { exportPlugins } = await import('./install/export-plugins.ts')
    return await exportPlugins(file, options, this.#contexts.installing(options))
  }

  /**
   * Installs what was exported, all or nothing; each plugin is asked about as any other.
   *
   * @throws PluginError `MB_PLUGIN_SET_INVALID`, `MB_PLUGIN_NOT_AS_PROMISED` and those of an installation
   */
  async import(file: string, options: ImportOptions = {}): Promise<ImportedPlugins> {
    const { importPlugins } = await import('./install/import-plugins.ts')
    return await importPlugins(file, options, this.#contexts.installing(options))
  }

  /** What is installed and how it was used, in numbers. */
  statistics(): PluginStatistics {
    return pluginStatistics(this.#layout)
  }

  /** What was done to a plugin, or to all of them, also to those that are gone; the latest first. */
  history(name?: string): readonly HistoryEntry[] {
    return historyOf(name, this.#layout)
  }

  /** Switches a plugin on. */
  async enable(name: string): Promise<InstalledPlugin> {
    return await setPluginEnabled(name, true, this.#contexts.changing())
  }

  /** Switches a plugin off: it cannot be run, and its commands are gone until it is on again. */
  async disable(name: string): Promise<InstalledPlugin> {
    return await setPluginEnabled(name, false, this.#contexts.changing())
  }

  /**
   * Finds plugins: those that are installed, and those that could be, in folders of the project and the person, in
   * `node_modules` and at marketplaces. Those are shown, and never run from where they lie.
   */
  async discover(options: DiscoverOptions = {}): Promise<Discovery> {
    const { discoverPlugins } = await import('./discovery/discover-plugins.ts')
    return await discoverPlugins(this.#contexts.discovering(), options)
  }

  /** Tells what changes among the plugins that {@link PluginHost.discover} finds, until the signal aborts. */
  async *watch(options: WatchOptions = {}): AsyncGenerator<DiscoveryChange, void> {
    const { watchPlugins } = await import('./discovery/watch-plugins.ts')
    yield* watchPlugins(this.#contexts.discovering(), options)
  }

  /** What is installed, in order of the ids. */
  list(): readonly InstalledPlugin[] {
    return readState(this.#layout).plugins.map((record) => installedPlugin(record, this.#layout))
  }

  /**
   * One plugin, by its id or its bare name.
   *
   * @throws PluginError `MB_PLUGIN_NOT_FOUND`, `MB_PLUGIN_AMBIGUOUS`
   */
  get(name: string): InstalledPlugin {
    return installedPlugin(findPlugin(readState(this.#layout).plugins, name), this.#layout)
  }

  /** The packages of its language that a plugin brings along, and those that it lacks. */
  async packages(name: string): Promise<PluginPackages> {
    const record = findPlugin(readState(this.#layout).plugins, name)
    return await readPluginPackages(record, this.#layout)
  }

  /**
   * What the person agreed to; undefined when nothing is granted.
   *
   * @throws PluginError `MB_PLUGIN_NOT_FOUND`, `MB_GRANTS_BROKEN`
   */
  async grants(name: string): Promise<Grant | undefined> {
    return (await readGrants(this.#layout)).get(this.get(name).id)?.grant
  }

  /**
   * Takes back what was granted to a plugin: all of it, so that it does not run until somebody agrees again, or what is
   * named, so that it runs without. What runs now keeps what it has.
   *
   * @param permissions - names as `net:api.acme.example`, or kinds as `net`; all when absent
   * @throws PluginError `MB_PLUGIN_NOT_FOUND`, `MB_PERMISSION_UNKNOWN`
   */
  async revoke(name: string, permissions?: readonly string[]): Promise<InstalledPlugin> {
    return await revokePermissions(name, permissions, this.#contexts.changing())
  }

  /**
   * Asks the person about an installed plugin: about what is not granted, what is optional and named, and another range
   * of versions. Where all that is agreed to, nobody is asked.
   *
   * @throws PluginError `MB_PLUGIN_CONSENT_NEEDED`, `MB_PLUGIN_CONSENT_DENIED`, `MB_PLUGIN_TAMPERED`,
   *   `MB_PERMISSION_UNKNOWN`
   */
  async approve(name: string, options: ApproveOptions = {}): Promise<InstalledPlugin> {
    return await approvePlugin(name, options, this.#contexts.approving())
  }

  /**
   * Looks for newer versions in the repository that each plugin came from, and makes them real: tried out beforehand with
   * copies of what the plugin keeps. What asks for more waits for consent, and the old version goes on running.
   *
   * @throws PluginError `MB_PLUGIN_NOT_FOUND`; what the repository throws when one plugin was named
   */
  async update(
    repository: PackageRepository,
    options: UpdateOptions = {},
  ): Promise<readonly PluginUpdate[]> {
    return await updatePlugins(
      this.#contexts.trusted(repository),
      options,
      this.#contexts.updating(options),
    )
  }

  /** As {@link update} for all plugins, if it is time to: for a scheduler, or a host that lives long. Nobody is asked. */
  async updateIfDue(
    repository: PackageRepository,
    options: Pick<UpdateOptions, 'signal' | 'onStep' | 'onProgress'> = {},
  ): Promise<DueUpdates> {
    const trusted = this.#contexts.trusted(repository)
    return await updateIfDue(trusted, options, this.#contexts.updating(options))
  }

  /** Sets which newer versions a plugin may become; undefined for what the settings say. */
  async setUpdatePolicy(name: string, policy: UpdatePolicy | undefined): Promise<InstalledPlugin> {
    return await setUpdatePolicy(name, policy, this.#contexts.changing())
  }

  /** Asks plugins how they are, each in its jail. */
  async health(options: HealthOptions = {}): Promise<readonly PluginHealth[]> {
    return await checkHealth(options, this.#contexts.examining(options))
  }

  /**
   * Runs a command of a plugin in its jail: with what was granted, and with the files that the person named.
   *
   * @throws PluginError `MB_PLUGIN_…`, `MB_PERMISSION_UNSUPPORTED`; SandboxError when the jail is less than required
   */
  async run(name: string, command: string, options: HostRunOptions = {}): Promise<RunResult> {
    return await runCommand(name, { command, options }, this.#contexts)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held open between calls.
  }
}

async function mend(layout: HomeLayout, logger: Logger): Promise<void> {
  try {
    if ((await unfinishedChanges(layout)).length > 0 || !isIndexCurrent(layout, readState(layout)))
      await recover(layout, { waitMs: 0 })
    await sweepStaging(layout)
  } catch (error) {
    // Whoever holds the home now mends it; and where nobody may write, what is installed can still be run.
    const code = errorCode(error)
    if (code !== 'MB_HOME_BUSY' && code !== 'MB_HOME_UNUSABLE') throw error
    logger.debug('The home was left as it is', { home: layout.home, code })
  }
}
