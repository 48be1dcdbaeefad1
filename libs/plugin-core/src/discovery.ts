/**
 * What plugins there are to be had, for programs that show them and load none: it brings in neither the manifest's schema
 * nor a parser.
 *
 * @module
 */
export { discoverPlugins } from './discovery/discover-plugins.ts'
export type { DiscoverOptions, DiscoveryContext } from './discovery/discover-plugins.ts'
export type {
  BrokenPlugin,
  DiscoveredPlugin,
  Discovery,
  DiscoveryProblem,
  FoundForm,
  PlaceKind,
} from './discovery/discovered-plugin.ts'
export { discoveryPlaces } from './discovery/places.ts'
export type { ListedPlace } from './discovery/places.ts'
export { findFoundPlugin } from './discovery/found-plugin.ts'
export { watchPlugins } from './discovery/watch-plugins.ts'
export type { DiscoveryChange, WatchOptions } from './discovery/watch-plugins.ts'
export type { DiscoveryLimits } from './discovery/budget.ts'
export type { PluginQuery } from './discovery/plugin-query.ts'
export type { ListRemote, RemoteOffer, RemoteOffers } from './discovery/remote-plugins.ts'
