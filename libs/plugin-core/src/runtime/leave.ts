import type { Duplex, Writable } from 'node:stream'

/** Ends the process when all that was written has gone out. */
export async function leave(channel: Duplex): Promise<void> {
  await Promise.all([process.stdout, process.stderr, channel].map(flushed))
  process.exit()
}

async function flushed(stream: Writable): Promise<void> {
  // Also called, with an error, when nobody reads any more.
  await new Promise<void>((resolve) => void stream.write('', () => resolve()))
}
