import { z } from 'zod'
import type { LimitName } from './limit-values.ts'

const maxEntries = 256
const maxText = 4096

const text = z.string().min(1).max(maxText)
const texts = z.array(text).max(maxEntries).default([])
const amount = z.union([text, z.number().positive()]).transform(String).exactOptional()
const ports = z.array(z.int().min(1).max(65_535)).min(1).max(32).exactOptional()

/** A policy file as it is written; paths and amounts are read later. */
export interface WrittenPolicy {
  readonly fs: {
    readonly read: readonly string[]
    readonly write: readonly string[]
    readonly deny: readonly string[]
    readonly dangerous: readonly string[]
  }
  /** A text is `HOST` or `HOST:PORT`. */
  readonly net: readonly (string | { readonly host: string; readonly ports?: readonly number[] })[]
  readonly 'net.unix': readonly string[]
  readonly exec: readonly {
    readonly command: string
    readonly args?: readonly string[]
    readonly with?: readonly string[]
  }[]
  readonly env: readonly string[]
  readonly cwd?: string
  readonly tmp?: string
  readonly limits: { readonly [Name in LimitName]?: string }
}

/** The schema of a policy file. */
export const policySchema: z.ZodType<WrittenPolicy> = closed({
  fs: closed({ read: texts, write: texts, deny: texts, dangerous: texts }).prefault({}),
  net: z
    .array(z.union([text, closed({ host: text, ports })]))
    .max(maxEntries)
    .default([]),
  'net.unix': texts,
  exec: z
    .array(
      z.union([
        text.transform((command) => ({ command })),
        closed({
          command: text,
          args: z.array(z.string().max(maxText)).max(maxEntries).exactOptional(),
          with: z.array(text).max(maxEntries).exactOptional(),
        }),
      ]),
    )
    .max(maxEntries)
    .default([]),
  env: texts,
  cwd: text.exactOptional(),
  tmp: amount,
  limits: closed({
    memory: amount,
    time: amount,
    cpu: amount,
    processes: amount,
    threads: amount,
    'file-size': amount,
    written: amount,
    output: amount,
    'open-files': amount,
  }).prefault({}),
})

/** An object with no other keys. The message of an unknown one is the list of those known, for a hint. */
function closed<Shape extends z.core.$ZodShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : undefined),
  })
}
