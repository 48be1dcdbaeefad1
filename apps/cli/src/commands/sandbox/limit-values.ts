import type { SandboxLimits } from '@mb/sandbox'
import { CliError } from '../../cli-error.ts'
import { parseCount } from '../../parse/count.ts'
import { parseDuration } from '../../parse/duration.ts'
import { quoteAt } from '../../parse/quote-at.ts'
import { parseSize } from '../../parse/size.ts'

/** The limits by the names that people write, as options and in a policy file. */
export const limitNames = [
  'memory',
  'time',
  'cpu',
  'processes',
  'threads',
  'file-size',
  'written',
  'output',
  'open-files',
] as const

/** One of {@link limitNames}. */
export type LimitName = (typeof limitNames)[number]

/**
 * The limits that were written.
 *
 * @param place says where one was written, as errors tell it
 * @throws CliError `MB_CLI_VALUE`
 */
export function readLimits(
  written: (name: LimitName) => string | undefined,
  place: (name: LimitName) => string,
): SandboxLimits {
  return Object.assign(
    {},
    ...limitNames.map((name): SandboxLimits => {
      const text = written(name)
      return text === undefined ? {} : readers[name](text, place(name))
    }),
  )
}

type Reader = (text: string, place: string) => SandboxLimits

const readers: Readonly<Record<LimitName, Reader>> = {
  // With less nothing starts, on any backend.
  memory: (text, place) => ({ memoryBytes: readSize(text, { least: 1024 * 1024, place }) }),
  time: (text, place) => ({ wallMs: parseDuration(text, place) }),
  cpu: (text, place) => ({ cpuSeconds: parseDuration(text, place) / 1000 }),
  processes: (text, place) => ({ processes: parseCount(text, tasks, place) }),
  threads: (text, place) => ({ threads: parseCount(text, tasks, place) }),
  // What sets a jail up writes accounts and the like.
  'file-size': (text, place) => ({ fileBytes: readSize(text, { least: 512, place }) }),
  written: (text, place) => ({ writtenBytes: parseSize(text, place) }),
  output: (text, place) => ({ outputBytes: parseSize(text, place) }),
  // No program starts with fewer.
  'open-files': (text, place) => ({
    openFiles: parseCount(text, { least: 16, most: 1_048_576 }, place),
  }),
}

const tasks = { least: 1, most: 4_194_304 }

/**
 * The size of each private folder of a jail: a page at least.
 *
 * @param place where it was written, as errors tell it
 * @throws CliError `MB_CLI_VALUE`
 */
export function readScratchSize(text: string, place: string): number {
  return readSize(text, { least: 4096, place })
}

function readSize(
  text: string,
  { least, place }: { readonly least: number; readonly place: string },
): number {
  const bytes = parseSize(text, place)
  if (bytes >= least) return bytes
  throw new CliError(
    'MB_CLI_VALUE',
    `Cannot use ${quoteAt(text, place)}: ${bytes} bytes are too few`,
    { hint: `Give ${shortSize(least)} or more` },
  )
}

function shortSize(bytes: number): string {
  if (bytes % (1024 * 1024) === 0) return `${bytes / (1024 * 1024)}M`
  return bytes % 1024 === 0 ? `${bytes / 1024}K` : String(bytes)
}
