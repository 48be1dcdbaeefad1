import { createHash } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorCode, syncDirectory } from '@mb/kernel'
import { HttpProblem } from '../problem.ts'

/** What a client announced of the body that it sends. */
export interface Announced {
  readonly bytes: number
  readonly sha256: string
}

/**
 * Writes a body to disk as it comes, never more than was announced, and holds it against its announced digest.
 * Once it is done, the file would survive a power cut.
 *
 * @throws HttpProblem `too-large`, `digest-mismatch`, `bad-request`, `busy`; nothing is left of what it refuses
 */
export async function receive(
  body: ReadableStream<Uint8Array> | null,
  { bytes, sha256 }: Announced,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const partial = `${file}.part`
  try {
    const handle = await open(partial, 'wx', 0o600)
    try {
      const hash = createHash('sha256')
      let total = 0
      for await (const chunk of body ?? []) {
        signal.throwIfAborted()
        total += chunk.length
        if (total > bytes)
          throw new HttpProblem(
            'too-large',
            `The package is larger than the ${bytes} bytes announced`,
          )
        hash.update(chunk)
        await handle.writeFile(chunk)
      }
      if (total < bytes) {
        throw new HttpProblem(
          'bad-request',
          `The package ended after ${total} of the ${bytes} bytes announced`,
        )
      }
      if (hash.digest('hex') !== sha256)
        throw new HttpProblem('digest-mismatch', 'The package is not what Repr-Digest announced')
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(partial, file)
    await syncDirectory(dirname(file))
  } catch (error) {
    await rm(partial, { force: true })
    throw fromDisk(error)
  }
}

function fromDisk(error: unknown): unknown {
  const code = errorCode(error)
  if (code !== 'ENOSPC' && code !== 'EDQUOT' && code !== 'EFBIG') return error
  return new HttpProblem('busy', 'There is no room for the package now', {
    cause: error,
    headers: { 'retry-after': '300' },
  })
}
