export { resolvePlugins } from './resolve-plugins.ts'
export type { Resolution, ResolvedPlugin } from './resolve-plugins.ts'
export type { LeftOut } from './optional-plugins.ts'
export type { OfferSource, Requirement } from './world.ts'
