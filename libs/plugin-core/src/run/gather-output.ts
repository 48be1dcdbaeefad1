import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

/** What a program writes, kept as text. */
export interface GatheredOutput {
  /** Settles when the stream ended. */
  readonly text: Promise<string>
  readonly isTooLong: boolean
}

/**
 * Keeps what a stream brings, up to a number of bytes; what comes after that is let go.
 *
 * @param onTooLong called once
 */
export function gatherOutput(
  stream: Readable,
  { maxBytes, onTooLong }: { readonly maxBytes: number; readonly onTooLong: () => void },
): GatheredOutput {
  let isTooLong = false
  async function* bounded(): AsyncGenerator<Buffer> {
    let room = maxBytes
    for await (const chunk of stream) {
      if (!Buffer.isBuffer(chunk) || isTooLong) continue
      yield chunk.subarray(0, room)
      room -= chunk.length
      if (room >= 0) continue
      isTooLong = true
      onTooLong()
    }
  }
  const gathered = text(bounded())
  return {
    text: gathered,
    get isTooLong() {
      return isTooLong
    },
  }
}
