import type { Manifest } from '../manifest.ts'

/** What is shown of a plugin before anything of it is installed: the parts of its manifest that people look for. */
export type ManifestFacts = Pick<
  Manifest,
  | 'name'
  | 'version'
  | 'description'
  | 'author'
  | 'license'
  | 'type'
  | 'capabilities'
  | 'keywords'
  | 'categories'
  | 'platforms'
  | 'plugins'
  | 'optionalPlugins'
>

/** The facts of a manifest that was read in full. */
export function factsOf(manifest: Manifest): ManifestFacts {
  const { name, version, description, author, license, type } = manifest
  const { capabilities, keywords, categories, platforms, plugins, optionalPlugins } = manifest
  return {
    name,
    version,
    description,
    author,
    ...(license === undefined ? {} : { license }),
    type,
    capabilities,
    keywords,
    categories,
    platforms,
    plugins,
    optionalPlugins,
  }
}
