import { createHash } from 'node:crypto'
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorCode, syncDirectory } from '@mb/kernel'
import { HttpProblem } from '../problem.ts'
import type { Announced } from './announced.ts'

/**
 * Writes a body to disk as it comes, never more than was announced, and holds it against its announced digest.
 * Once it is done, the file would survive a power cut.
 *
 * @param signal - ends it, as when whoever sends it is gone
 * @throws HttpProblem `too-large`, `digest-mismatch`, `bad-request`, `busy`; nothing is left of what it refuses
 */
export async function receive(
  body: AsyncIterable<Uint8Array> | null,
  announced: Announced,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const partial = `${file}.part`
  try {
    const handle = await open(partial, 'wx', 0o600)
    try {
      await write(body, announced, handle, signal)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(partial, file)
    await syncDirectory(dirname(file))
  } catch (error) {
    await rm(partial, { force: true })
    throw asProblem(error, signal)
  }
}

async function write(
  body: AsyncIterable<Uint8Array> | null,
  { bytes, sha256 }: Announced,
  handle: FileHandle,
  signal: AbortSignal,
): Promise<void> {
  const hash = createHash('sha256')
  let total = 0
  for await (const chunk of body ?? []) {
    signal.throwIfAborted()
    total += chunk.length
    if (total > bytes)
      throw new HttpProblem('too-large', `The package is larger than the ${bytes} bytes announced`)
    hash.update(chunk)
    await handle.writeFile(chunk)
  }
  if (total < bytes) throw cutOff(`after ${total} of the ${bytes} bytes announced`)
  if (hash.digest('hex') !== sha256)
    throw new HttpProblem('digest-mismatch', 'The package is not what Repr-Digest announced')
}

function asProblem(error: unknown, signal: AbortSignal): unknown {
  if (error instanceof HttpProblem) return error
  const code = errorCode(error)
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new HttpProblem('busy', 'There is no room for the package now', {
      cause: error,
      headers: { 'retry-after': '300' },
    })
  }
  const isOurs = error instanceof Error && 'syscall' in error && code !== 'ECONNRESET'
  if (isOurs && !signal.aborted) return error
  return cutOff('before its end', error)
}

function cutOff(where: string, cause?: unknown): HttpProblem {
  return new HttpProblem('bad-request', `The package ended ${where}`, { cause })
}
