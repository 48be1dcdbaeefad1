import { resolve } from 'node:path'
import { silentLogger, systemClock, type Clock, type Logger } from '@mb/kernel'
import { defaultPlugins, type PluginsConfiguration } from '../configuration/plugin-settings.ts'
import type { Consent } from '../consent/consent.ts'
import type { DiscoveryContext } from '../discovery/discover-plugins.ts'
import { fetchRules } from '../fetch/fetch-rules.ts'
import { trustedRepository } from '../fetch/trusted-repository.ts'
import type { HealthContext } from '../health/check-health.ts'
import type { ChangeContext } from '../install/commit-change.ts'
import type { InstallContext } from '../install/install-options.ts'
import type { PackageRepository } from '../install/package-repository.ts'
import type { RunRequest } from '../run/run-request.ts'
import type { HomeLayout } from '../store/home-layout.ts'
import type { TrialRules } from '../update/try-version.ts'
import type { DueRules } from '../update/update-if-due.ts'
import type { UpdateContext } from '../update/update-plugins.ts'
import type { PluginHostOptions } from './host-options.ts'

/** What a call may be stopped by. */
interface Stoppable {
  readonly signal?: AbortSignal | undefined
}

/** What a host gives to those who do its work, made of what it was opened with. */
export class HostContexts {
  readonly layout: HomeLayout
  readonly #options: PluginHostOptions
  readonly #reservedWords: ReadonlySet<string>
  readonly #workspace: string
  readonly #logger: Logger
  readonly #clock: Clock
  readonly #plugins: PluginsConfiguration

  constructor(layout: HomeLayout, options: PluginHostOptions) {
    this.layout = layout
    this.#options = options
    this.#reservedWords = new Set(options.reservedWords)
    this.#workspace = resolve(options.workspace ?? '.')
    this.#logger = options.logger ?? silentLogger
    this.#clock = options.clock ?? systemClock
    this.#plugins = options.configuration?.values.plugins ?? defaultPlugins
  }

  /** The settings of plugins in force. */
  get plugins(): PluginsConfiguration {
    return this.#plugins
  }

  /** A repository without what the settings do not trust. */
  trusted(repository: PackageRepository): PackageRepository {
    const marketplaces = this.#options.configuration?.values.marketplace.repositories.map(
      ({ name }) => name,
    )
    return trustedRepository(repository, { trust: this.#plugins, marketplaces })
  }

  changing(signal?: AbortSignal): ChangeContext {
    return { layout: this.layout, clock: this.#clock, signal, reached: () => {} }
  }

  approving(): ChangeContext & { readonly consent: Consent | undefined } {
    return { ...this.changing(), consent: this.#options.consent }
  }

  installing({ signal }: Stoppable): InstallContext {
    const { consent, scan, fetching } = this.#options
    return {
      ...this.changing(signal),
      consent,
      scan,
      reservedWords: this.#reservedWords,
      workspace: this.#workspace,
      keepVersions: this.#plugins.keepVersions,
      trial: this.#trial({ isAlways: false }),
      fetching: fetchRules(this.#plugins, fetching),
      logger: this.#logger,
    }
  }

  updating(options: Stoppable): UpdateContext & DueRules {
    const { updates, maxConcurrent } = this.#plugins
    const trial = this.#trial({ isAlways: true })
    return { ...this.installing(options), ...updates, maxConcurrent, trial }
  }

  examining(options: Stoppable): HealthContext {
    const { maxConcurrent } = this.#plugins
    return { ...this.installing(options), ...this.#trial({ isAlways: true }), maxConcurrent }
  }

  discovering(): DiscoveryContext {
    const { searchPaths, rescanSeconds } = this.#plugins
    return {
      home: this.layout.home,
      workspace: this.#workspace,
      searchPaths,
      rescanSeconds,
      listRemote: this.#options.listRemote,
      clock: this.#clock,
    }
  }

  /** What every run goes by. */
  running(): Pick<
    RunRequest,
    'home' | 'workspace' | 'minimum' | 'limits' | 'plugins' | 'logger'
  > & { readonly clock: Clock } {
    return {
      ...this.#rules(),
      home: this.layout.home,
      workspace: this.#workspace,
      logger: this.#logger,
      clock: this.#clock,
    }
  }

  #rules(): Pick<RunRequest, 'minimum' | 'limits' | 'plugins'> {
    const values = this.#options.configuration?.values
    return {
      minimum: this.#options.minimum ?? values?.isolation.minimum,
      limits: values?.limits,
      plugins: this.#plugins,
    }
  }

  #trial(options: Pick<TrialRules, 'isAlways'>): TrialRules {
    return {
      ...options,
      ...this.#rules(),
      network: this.#options.network,
      timeoutMs: this.#plugins.healthCheckTimeoutSeconds * 1000,
      isBackedUp: this.#plugins.backup,
    }
  }
}
