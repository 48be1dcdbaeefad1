import type { ArgumentData } from '../command-data.ts'

/** An installed plugin, as somebody names it. */
export const pluginArgument: ArgumentData = {
  name: 'plugin',
  summary: 'Name of the plugin, or namespace/name',
  required: true,
  completes: 'plugin',
}
