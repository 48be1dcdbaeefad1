import { writeSync } from 'node:fs'
import { isTerminal } from '../output/standard-streams.ts'

/** Where the router writes. */
export interface StandardOutput {
  /** Whether it got there, or to somebody who did not want all of it; if not, that was told. */
  write(text: string): boolean
  isTerminal(): boolean
}

/** Descriptor 1 itself: `process.stdout` loads the modules of terminals and networks, which is 2 ms of CPU. */
export const standardOutput: StandardOutput = {
  write: (text) => {
    const bytes = Buffer.from(text)
    let written = 0
    try {
      while (written < bytes.length) written += writeSync(1, bytes, written)
    } catch (error) {
      return giveUp(error, bytes.subarray(written))
    }
    return true
  },
  isTerminal: () => isTerminal('stdout'),
}

function giveUp(error: unknown, rest: Uint8Array): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  // Nobody reads any more, which is theirs to decide.
  if (code === 'EPIPE') return true
  if (code === 'EAGAIN') {
    // The pipe is full and does not wait: the stream knows how to.
    process.stdout.write(rest)
    return true
  }
  const reason = error instanceof Error ? error.message : String(error)
  const hint = code === 'ENOSPC' ? 'Free some space' : 'Check where the output goes'
  process.stderr.write(`error Cannot go on: ${reason} (MB_CLI_SYSTEM)\nhint  ${hint}\n`)
  return false
}
