/**
 * What is shown of a plugin before anything of it is installed. Loads neither the schema nor a parser, so that hundreds
 * of plugins are found in the time that those take to load.
 *
 * @module
 */
export { factsOf } from './peek/manifest-facts.ts'
export type { ManifestFacts } from './peek/manifest-facts.ts'
export { peekManifest } from './peek/peek-manifest.ts'
export { peekArchive } from './peek/peek-archive.ts'
export type { ArchivedManifest, PeekOptions } from './peek/peek-archive.ts'
export { neutralText } from './neutral-text.ts'
export { runsOn } from './platforms/platforms.ts'
export { thisPlatform } from './platforms/this-platform.ts'
export { isPluginName } from './names.ts'
export { pluginTypes } from './plugin-type.ts'
export { manifestFiles } from './reading/find-manifest.ts'
export type { ManifestFormat } from './reading/parse-document.ts'
