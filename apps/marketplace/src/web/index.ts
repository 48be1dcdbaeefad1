// Pages
export { pages } from './pages.ts'
export type { ListPage, Pages, PluginPage, ProblemPage } from './pages.ts'
export { renderReadme } from './readme/render-readme.ts'
export type { ReadmeOptions } from './readme/render-readme.ts'

// What goes with them
export { assets, stylesheet } from './assets.ts'
export type { Asset } from './asset.ts'
export { contentSecurityPolicy } from './content-security-policy.ts'
