// Marketplaces
export { openMarketplace } from './open-marketplace.ts'
export type {
  AskOptions,
  DownloadOptions,
  FindOptions,
  FoundVersion,
  Marketplace,
  MarketplaceOptions,
  PublishOptions,
  PublishProgress,
  SearchAnswer,
  SearchOptions,
  TransferProgress,
  ValidateOptions,
} from './marketplace.ts'
export type { Repository } from './repository/repository.ts'
export type { Timeouts } from './http/timeouts.ts'

// For a plugin host
export { packageRepository } from './package-repository.ts'
export type { Offer, PackageRepository, RemotePackage } from './package-repository.ts'

// What is asked for
export { parsePluginSpec } from './find/plugin-spec.ts'
export type { PluginSpec, WantedVersion } from './find/plugin-spec.ts'

// Errors
export { MarketplaceError, marketplaceErrors } from './marketplace-error.ts'
export type { MarketplaceErrorCode } from './marketplace-error.ts'
