// Errors
export { PluginError, pluginErrors } from './plugin-error.ts'
export type { PluginErrorCode } from './plugin-error.ts'

// The host: what a tool builder opens
export { homeLayout } from './store/home-layout.ts'
export type { HomeLayout } from './store/home-layout.ts'
export type { InstalledCommand, InstalledPlugin } from './store/installed-plugin.ts'

// Consent
export type { Consent, ConsentRequest, ConsentSignature } from './consent/consent.ts'
