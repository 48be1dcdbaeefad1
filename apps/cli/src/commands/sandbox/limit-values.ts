import type { SandboxLimits } from '@mb/sandbox'
import { CliError } from '../../cli-error.ts'
import { parseCount } from '../../parse/count.ts'
import { parseDuration } from '../../parse/duration.ts'
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
 * @throws CliError `MB_CLI_VALUE`
 */
export function readLimits(written: (name: LimitName) => string | undefined): SandboxLimits {
  return Object.assign(
    {},
    ...limitNames.map((name): SandboxLimits => {
      const text = written(name)
      return text === undefined ? {} : readers[name](text)
    }),
  )
}

const readers: Readonly<Record<LimitName, (text: string) => SandboxLimits>> = {
  memory: (text) => ({ memoryBytes: parseSize(text) }),
  time: (text) => ({ wallMs: parseDuration(text) }),
  cpu: (text) => ({ cpuSeconds: parseDuration(text) / 1000 }),
  processes: (text) => ({ processes: parseCount(text, { least: 1, most: 4_194_304 }) }),
  threads: (text) => ({ threads: parseCount(text, { least: 1, most: 4_194_304 }) }),
  'file-size': (text) => ({ fileBytes: parseSize(text) }),
  written: (text) => ({ writtenBytes: parseSize(text) }),
  output: (text) => ({ outputBytes: parseSize(text) }),
  // No program starts with fewer.
  'open-files': (text) => ({ openFiles: parseCount(text, { least: 16, most: 1_048_576 }) }),
}

/**
 * The size of each private folder of a jail.
 *
 * @throws CliError `MB_CLI_VALUE`
 */
export function readScratchSize(text: string): number {
  const bytes = parseSize(text)
  if (bytes >= 4096) return bytes
  throw new CliError(
    'MB_CLI_VALUE',
    `Cannot make /tmp of ${bytes} bytes: that is less than a page`,
    {
      hint: 'Give 4K or more',
    },
  )
}
