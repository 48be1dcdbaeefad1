import { pluginTypes } from '@mb/manifest/peek'
import type { DiscoverOptions } from '@mb/plugin-core/discovery'

/** The type of plugin that an option names; the command's own choices are these. */
export function readType(text: string | undefined): DiscoverOptions['type'] {
  return pluginTypes.find((type) => type === text)
}
