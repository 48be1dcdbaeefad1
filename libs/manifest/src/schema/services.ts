import { z } from 'zod'
import { refuse } from './refuse.ts'
import { range, version } from './texts.ts'

type Versions = Readonly<Record<string, string>>

const name = z
  .string()
  .max(128)
  .regex(
    /^[a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)*$/,
    'A service is named in small letters, as template-store',
  )

/** Names alone, each once. */
function names(value: string): z.ZodType<Versions, readonly string[]> {
  return z
    .array(name)
    .max(64)
    .transform((list, context) => {
      list.forEach((each, index) => {
        if (list.indexOf(each) < index)
          refuse(context, {
            code: 'duplicate-name',
            message: `The service "${each}" stands here twice`,
            path: [index],
          })
      })
      return Object.fromEntries(list.map((each) => [each, value]))
    })
}

const few = 'A plugin has 64 services at most'
const isFew = (services: Versions): boolean => Object.keys(services).length <= 64

/** Services that a plugin gives, with their versions; a name alone is version 1.0.0. */
export const providedServices: z.ZodType<Versions, Versions | readonly string[]> = z.union([
  z.record(name, version).refine(isFew, few),
  names('1.0.0'),
])

/** Services that a plugin takes, with ranges; a name alone is any version. */
export const requiredServices: z.ZodType<Versions, Versions | readonly string[]> = z.union([
  z.record(name, range).refine(isFew, few),
  names('*'),
])
