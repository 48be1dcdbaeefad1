import semver from 'semver'
import { z } from 'zod'
import { isPluginName, parsePluginName, type PluginName } from '../names.ts'
import { readRange } from '../ranges.ts'
import { refuse } from './refuse.ts'

/** A text of at least one character that is no space. */
export function text(maxLength: number): z.ZodType<string, string> {
  return z
    .string()
    .max(maxLength)
    .regex(/\S/, 'This is empty')
    .regex(/^(?:[^\p{Cc}]|[\n\r\t])*$/u, 'This holds control characters')
}

/** One line of text. */
export function line(maxLength: number): z.ZodType<string, string> {
  return z
    .string()
    .max(maxLength)
    .regex(/^[^\n\r\p{Cc}]*\S[^\n\r\p{Cc}]*$/u, 'This is no single line of text')
}

/** A word of a command line: of a command, an argument, an option. */
export const word: z.ZodType<string, string> = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'Use small letters, digits and single "-"')

/** A name of our own; what is read and how it is mapped is {@link parsePluginName}. */
export const pluginName: z.ZodType<PluginName, string> = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_-]{0,63}$/,
    'A name starts with a letter, then has letters, digits, "-" and "_", 64 at most',
  )
  .transform((name, context) => {
    const mapped = name.toLowerCase().replaceAll('_', '-')
    if (isPluginName(mapped)) return parsePluginName(mapped)
    refuse(context, { code: 'bad-name', message: `Windows reserves the name "${name}"` })
    return z.NEVER
  })

/** A semantic version. */
export const version: z.ZodType<string, string> = z.string().superRefine((value, context) => {
  if (value.length <= 128 && semver.valid(value) === value) return
  const near = value.length <= 128 ? semver.coerce(value)?.version : undefined
  refuse(context, {
    code: 'bad-version',
    message: `${JSON.stringify(value.slice(0, 80))} is no semantic version`,
    hint: near === undefined ? 'Write three numbers, as 1.0.0' : `Write ${near}`,
  })
})

/** A range of versions. */
export const range: z.ZodType<string, string> = z.string().transform((value, context) => {
  const read = readRange(value)
  if (read !== undefined) return read
  refuse(context, {
    code: 'bad-range',
    message: `${JSON.stringify(value.slice(0, 80))} is no range of versions`,
    hint: 'Write a semver range, as ^1.2.0 or ">=1.2.0 <3.0.0"',
  })
  return z.NEVER
})

/** The address of a page; credentials in it would be published. */
export const webAddress: z.ZodType<string, string> = z
  .string()
  .max(2048)
  .superRefine((value, context) => {
    const url = URL.canParse(value) ? new URL(value) : undefined
    if (url?.protocol === 'https:' || url?.protocol === 'http:') {
      if (url.username === '' && url.password === '') return
      refuse(context, { code: 'bad-url', message: 'The address holds credentials' })
    } else {
      refuse(context, {
        code: 'bad-url',
        message: `${JSON.stringify(value.slice(0, 80))} is no web address`,
        hint: 'Write it in full, with https://',
      })
    }
  })

/** A repository: a web address, or what git and npm read. */
export const repositoryAddress: z.ZodType<string, string> = z
  .string()
  .max(2048)
  .regex(
    /^(?:(?:git\+)?(?:https?|ssh|git):\/\/[^\s:@/]+(?:@[^\s:@/]+)?(?::\d+)?\/\S*|[\w.-]+@[\w.-]+:\S+|(?:github|gitlab|bitbucket):[\w.-]+\/[\w.-]+)$/,
    'This is no address of a repository',
  )
