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
  let wanted: number | undefined
  const end = (): void => reject(ended())
  // By reading, not by its flow: whoever listens next may begin that anew.
  const take = (): void => {
    wanted ??= readLength(channel)
    if (wanted === undefined) return
    if (wanted > maxBytes)
      return reject(failed(`it answers with ${wanted} bytes, of at most ${maxBytes}`))
    const body: unknown = channel.read(wanted)
    if (!Buffer.isBuffer(body)) return
    // At the end there is what there is.
    if (body.length === wanted) resolve(body.toString())
    else end()
  }
  const abort = (): void => reject(signal?.reason)
  const stop = (): void => {
    channel.off('readable', take).off('end', end).off('error', end).off('close', end)
    signal?.removeEventListener('abort', abort)
  }
  // What has ended before tells nobody of it again.
  if (channel.readableEnded || channel.destroyed) end()
  channel.on('readable', take).on('end', end).on('error', end).on('close', end)
  signal?.addEventListener('abort', abort, { once: true })
  try {
    return await promise
  } finally {
    stop()
  }
}

function readLength(channel: Duplex): number | undefined {
  const head: unknown = channel.read(4)
  return Buffer.isBuffer(head) && head.length === 4 ? head.readUInt32BE(0) : undefined
}

function ended(): SandboxError {
  return new SandboxError(
    'MB_SANDBOX_ACTIVATION',
    'Cannot activate the module: it ended without an answer',
    { hint: 'What ended it, such as a limit, stands in `exited` of the program' },
  )
}

/** The error for a module that could not be brought to run. */
export function failed(state: string, details?: Readonly<Record<string, unknown>>): SandboxError {
  return new SandboxError('MB_SANDBOX_ACTIVATION', `Cannot activate the module: ${state}`, {
    hint: 'Run the module by itself, where its errors can be seen',
    details,
  })
}
