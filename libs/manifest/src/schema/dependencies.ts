import { z } from 'zod'
import { isPluginId, isPluginName } from '../names.ts'
import { readRequirement } from '../ranges.ts'
import { refuse } from './refuse.ts'
import { range } from './texts.ts'

type Ranges = Readonly<Record<string, string>>

/** Packages of the plugin's language: names with ranges, or the short list. */
export const packageDependencies: z.ZodType<Ranges, Ranges | readonly string[]> = z.union([
  z.record(
    z
      .string()
      .regex(/^(?:@[\w.-]+\/)?[\w.-]+(?:\[[\w,\s.-]*\])?$/, 'This is no name of a package')
      .max(214),
    range,
  ),
  z.array(z.string()).transform((list, context) => {
    const found = new Map<string, string>()
    list.forEach((item, index) => {
      const read = readRequirement(item)
      if (read === undefined) {
        refuse(context, {
          code: 'bad-range',
          message: `${JSON.stringify(item.slice(0, 80))} is no package with a range of versions`,
          path: [index],
          hint: 'Write the name, then a range, as in "requests>=2.0,<3" or "left-pad@^1.3.0"',
        })
      } else if (found.has(read.name)) {
        refuse(context, {
          code: 'duplicate-name',
          message: `The package "${read.name}" stands here twice`,
          path: [index],
        })
      } else {
        found.set(read.name, read.range)
      }
    })
    return Object.fromEntries(found)
  }),
])

/** Plugins that a plugin depends on: id or name, and a range. */
export const pluginDependencies: z.ZodType<Ranges, Ranges> = z
  .record(z.string(), range)
  .superRefine((plugins, context) => {
    for (const id of Object.keys(plugins)) {
      if (isPluginId(id) || isPluginName(id)) continue
      refuse(context, {
        code: 'bad-name',
        message: `${JSON.stringify(id.slice(0, 80))} is no plugin`,
        path: [id],
        hint: 'Write name or namespace/name, in small letters, as acme/pdf',
      })
    }
  })
