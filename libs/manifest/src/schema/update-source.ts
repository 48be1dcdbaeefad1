import { z } from 'zod'
import type { UpdateSource } from '../manifest.ts'
import { closed } from './closed.ts'
import { refuse } from './refuse.ts'

const npm = /^npm:(?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*$/
const github = /^github:[A-Za-z0-9][\w-]*\/[A-Za-z0-9][\w.-]*$/

const address = z
  .string()
  .max(2048)
  .superRefine((source, context) => {
    if (npm.test(source) || github.test(source)) return
    const url = URL.canParse(source) ? new URL(source) : undefined
    if (url?.protocol === 'https:' && url.username === '' && url.password === '') return
    refuse(context, {
      code: 'bad-url',
      message:
        url?.protocol === 'https:'
          ? 'The address holds credentials'
          : `${JSON.stringify(source.slice(0, 80))} is no source of updates`,
      hint: 'Write npm:@acme/notes, github:acme/notes, or an address with https://',
    })
  })

/** Where newer versions are; the address alone, or by its key. */
export const updateSource: z.ZodType<UpdateSource, UpdateSource | string> = z.union([
  address.transform((source) => ({ source })),
  closed({ source: address }),
])
