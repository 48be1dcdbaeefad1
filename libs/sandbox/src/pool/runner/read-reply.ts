import type { Duplex } from 'node:stream'
import { SandboxError } from '../../sandbox-error.ts'

/**
 * Reads one message: its length as 32 bits, big-endian, then text. What follows it stays on the channel.
 *
 * @throws SandboxError `MB_SANDBOX_ACTIVATION` for one that is too long, or that does not end; the reason of the signal
 */
export async function readReply(
  channel: Duplex,
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal: AbortSignal | undefined },
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const chunks: Buffer[] = []
  let held = 0
  let wanted: number | undefined
  const take = (chunk: Buffer): void => {
    chunks.push(chunk)
    held += chunk.length
    if (wanted === undefined && held >= 4) {
      wanted = 4 + Buffer.concat(chunks).readUInt32BE(0)
      if (wanted - 4 > maxBytes)
        reject(failed(`it answers with ${wanted - 4} bytes, of at most ${maxBytes}`))
    }
    if (wanted === undefined || held < wanted) return
    const all = Buffer.concat(chunks)
    // Taken off first: what is put back is for whoever listens next.
    stop()
    if (held > wanted) channel.unshift(all.subarray(wanted))
    resolve(all.toString('utf8', 4, wanted))
  }
  const end = (): void => reject(failed('it ended without an answer'))
  const abort = (): void => reject(signal?.reason)
  const stop = (): void => {
    channel.off('data', take).off('end', end).off('error', end).off('close', end)
    channel.pause()
    signal?.removeEventListener('abort', abort)
  }
  channel.on('data', take).on('end', end).on('error', end).on('close', end)
  signal?.addEventListener('abort', abort, { once: true })
  try {
    return await promise
  } finally {
    stop()
  }
}

/** The error for a module that could not be brought to run. */
export function failed(state: string, details?: Readonly<Record<string, unknown>>): SandboxError {
  return new SandboxError('MB_SANDBOX_ACTIVATION', `Cannot activate the module: ${state}`, {
    hint: 'Run the module by itself, where its errors can be seen',
    details,
  })
}
