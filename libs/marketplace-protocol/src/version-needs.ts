import { isPluginId, isPluginName, type Engines } from '@mb/manifest'
import { z } from 'zod'

/** What a version has to have around it, as its manifest says. */
export interface VersionNeeds {
  /** Ranges of the plugins that it needs, by id or name. */
  readonly plugins: Readonly<Record<string, string>>
  /** Ranges of the plugins that it can make use of. */
  readonly optionalPlugins: Readonly<Record<string, string>>
  /** Ranges of what it runs on. */
  readonly engines: Engines
  /** As `linux` or `linux-x64`; everything, when empty. */
  readonly platforms: readonly string[]
}

const maxPlugins = 200
const range = z.string().min(1).max(256)
const plugins = z
  .record(
    z.string().refine((name) => isPluginId(name) || isPluginName(name)),
    range,
  )
  .refine((all) => Object.keys(all).length <= maxPlugins, `There are more than ${maxPlugins}`)

/** Schema of {@link VersionNeeds}. */
export const versionNeedsSchema: z.ZodType<VersionNeeds> = z.object({
  plugins,
  optionalPlugins: plugins,
  engines: z.object({
    milkbottle: range.exactOptional(),
    node: range.exactOptional(),
    python: range.exactOptional(),
  }),
  platforms: z.array(z.string().max(64)).max(64),
})
