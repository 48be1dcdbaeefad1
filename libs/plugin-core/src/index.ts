// Errors
export { PluginError, pluginErrors } from './plugin-error.ts'
export type { PluginErrorCode } from './plugin-error.ts'

// The host: what a tool builder opens
export { openPluginHost, PluginHost } from './host.ts'
export type { HostRunOptions, PluginHostOptions } from './host/host-options.ts'
export type { InstallFromOptions, InstallOptions, InstallStep } from './install/install-options.ts'
export type { InstallPlan, PlannedChange } from './install/install-plan.ts'
export type {
  Artefact,
  FetchOptions,
  FetchProgress,
  Offer,
  PackageRepository,
  RemotePackage,
} from './install/package-repository.ts'
export type { Scan, ScanFinding, ScanReport } from './install/scan.ts'
export type { ExportedPlugins, ExportOptions } from './install/export-plugins.ts'
export type { ImportedPlugin, ImportedPlugins, ImportOptions } from './install/import-plugins.ts'
export type { PluginSetEntry } from './store/plugin-set.ts'
export type { RollbackOptions, RolledBack } from './install/rollback-plugin.ts'
export type { Uninstalled, UninstallOptions } from './install/uninstall-plugin.ts'
export type { HistoryAction, HistoryEntry } from './store/history.ts'
export type { RequirementGap } from './store/requirement-gaps.ts'
export type { PluginFigures, PluginStatistics } from './store/statistics.ts'
export type { KnownHealth, PluginUsage } from './store/usage.ts'
export type { Progress, RunResult } from './run/run-request.ts'
export { homeLayout } from './store/home-layout.ts'
export type { HomeLayout } from './store/home-layout.ts'
export type { InstalledCommand, InstalledPlugin } from './store/installed-plugin.ts'
export type { PluginPackages } from './store/plugin-packages.ts'

// Where plugins come from
export { parseSource } from './fetch/parse-source.ts'
export { formatSource } from './fetch/plugin-source.ts'
export type {
  GithubSource,
  HttpsSource,
  MarketplaceSource,
  NameSource,
  NpmSource,
  PathSource,
  PluginSource,
} from './fetch/plugin-source.ts'
export { isTrustedSource, isTrustPattern } from './fetch/trusted-sources.ts'
export type { TrustQuestion } from './fetch/trusted-sources.ts'
export type { Dial, NetworkWay } from './fetch/network-way.ts'

// Looking after a home, also one that no host can be opened on
export { doctor } from './doctor/doctor.ts'
export type { DoctorOptions, DoctorReport } from './doctor/doctor.ts'
export type { Finding, FindingCode } from './doctor/finding.ts'

// Consent
export type {
  Consent,
  ConsentAnswer,
  ConsentRequest,
  ConsentSignature,
  NeededPlugin,
  OptionalPermission,
} from './consent/consent.ts'
export { coversRequest, gapInWords, grantGaps } from './consent/covers-request.ts'
export type { GrantCandidate, GrantGap, PermissionRequest } from './consent/covers-request.ts'
export { permissionName } from './consent/permission-entries.ts'
export type { ApproveOptions } from './consent/approve-plugin.ts'
export type { Grant } from './consent/grants.ts'
export { approvalOf, approvedBy, readApprovals, writeApprovals } from './consent/approvals.ts'
export type { Approval, OptionalApproval } from './consent/approvals.ts'

// Projects: what they require, and which versions they have
export type {
  InstalledProject,
  InstallProjectOptions,
  LockedProject,
  LockProjectOptions,
} from './lockfile/lock-project.ts'
export type { DependencyTree, TreeNode } from './resolve/dependency-tree.ts'
export { compareLockfiles } from './lockfile/compare-lockfiles.ts'
export type { LockfileChange } from './lockfile/compare-lockfiles.ts'
export { findProject } from './lockfile/find-project.ts'
export type { Project } from './lockfile/find-project.ts'
export { parseLockfile, readLockfile } from './lockfile/read-lockfile.ts'
export { requirePlugin } from './lockfile/require-plugin.ts'
export { lockfileName } from './lockfile/lockfile.ts'
export type { LockedPlugin, Lockfile, Ranges } from './lockfile/lockfile.ts'

// Settings
export { loadConfiguration } from './configuration/load-configuration.ts'
export type {
  ConfigurationOptions,
  LoadedConfiguration,
} from './configuration/load-configuration.ts'
export type { Configuration, LogLevel } from './configuration/configuration.ts'
export type { PluginsConfiguration, UpdatePolicy } from './configuration/plugin-settings.ts'
export type { RepositorySetting } from './configuration/repository-setting.ts'

// Discovery
export type { DiscoverOptions } from './discovery/discover-plugins.ts'
export type {
  BrokenPlugin,
  DiscoveredPlugin,
  Discovery,
  DiscoveryProblem,
} from './discovery/discovered-plugin.ts'
export type { ListRemote, RemoteOffer, RemoteOffers } from './discovery/remote-plugins.ts'
export type { DiscoveryChange, WatchOptions } from './discovery/watch-plugins.ts'

// Updates and health
export type { DueUpdates } from './update/update-if-due.ts'
export type { HeldOffer, HoldKind } from './update/update-offer.ts'
export type { PluginUpdate } from './update/plugin-update.ts'
export type { UpdateOptions } from './update/update-plugins.ts'
export type { HealthOptions, PluginHealth } from './health/check-health.ts'
