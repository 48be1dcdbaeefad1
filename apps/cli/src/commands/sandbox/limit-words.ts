import type { ExceededLimit, SandboxLimits } from '@mb/sandbox'
import { formatBytes, formatDuration } from '../../output/amounts.ts'

interface LimitWords {
  readonly name: string
  readonly say: (amount: number) => string
}

const count = (amount: number): string => String(amount)

const words: Readonly<Record<keyof SandboxLimits, LimitWords>> = {
  wallMs: { name: 'time', say: formatDuration },
  cpuSeconds: { name: 'CPU time', say: (seconds) => formatDuration(seconds * 1000) },
  memoryBytes: { name: 'memory', say: formatBytes },
  processes: { name: 'processes', say: count },
  threads: { name: 'threads', say: count },
  fileBytes: { name: 'size of a file', say: formatBytes },
  writtenBytes: { name: 'bytes written', say: formatBytes },
  outputBytes: { name: 'output', say: formatBytes },
  openFiles: { name: 'open files', say: count },
}

/** Each limit that is set: `memory 256.0 MiB`. */
export function limitLines(limits: SandboxLimits): readonly string[] {
  return names.flatMap((name) => {
    const amount = limits[name]
    return amount === undefined ? [] : [`${words[name].name} ${words[name].say(amount)}`]
  })
}

/** What ended a command: `its limit of memory: 256.0 MiB, used 257.1 MiB`. */
export function exceededLine({ limit, value, used }: ExceededLimit): string {
  const { name, say } = words[limit]
  // Two clocks can be a moment apart.
  return `its limit of ${name}: ${say(value)}, used ${say(Math.max(value, used))}`
}

const names: readonly (keyof SandboxLimits)[] = [
  'wallMs',
  'cpuSeconds',
  'memoryBytes',
  'processes',
  'threads',
  'fileBytes',
  'writtenBytes',
  'outputBytes',
  'openFiles',
]
