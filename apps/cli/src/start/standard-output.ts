import { fstatSync, statSync, writeSync } from 'node:fs'
import { devNull } from 'node:os'

/** Where the router writes. */
export interface StandardOutput {
  write(text: string): void
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
      giveUp(error, bytes.subarray(written))
    }
  },
  isTerminal: () => {
    const facts = fstatSync(1)
    return (
      facts.isCharacterDevice() &&
      facts.rdev !== statSync(devNull).rdev &&
      process.getBuiltinModule('node:tty').isatty(1)
    )
  },
}

function giveUp(error: unknown, rest: Uint8Array): void {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  // The pipe is full and does not wait: the stream knows how to.
  if (code === 'EAGAIN') process.stdout.write(rest)
  // Nobody reads any more, which is theirs to decide.
  else if (code !== 'EPIPE') throw error
}
