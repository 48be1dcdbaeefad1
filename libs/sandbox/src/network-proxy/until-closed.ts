import type { Writable } from 'node:stream'

/** Settles when a stream is closed, by whatever. */
export async function untilClosed(stream: Writable): Promise<void> {
  if (!stream.closed) await new Promise<void>((resolve) => stream.once('close', resolve))
}
