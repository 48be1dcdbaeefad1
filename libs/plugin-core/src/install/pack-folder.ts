import { createWriteStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

/**
 * Writes a folder of plain files as a new tar.gz. Equal files give equal bytes.
 *
 * @throws what the file system throws, as `EEXIST` when there is such a file
 */
export async function packFolder(
  directory: string,
  file: string,
  signal?: AbortSignal,
): Promise<void> {
  const { pack } = await import('tar-stream')
  const archive = pack()
  const written = pipeline(
    archive,
    createGzip(),
    createWriteStream(file, { flags: 'wx', mode: 0o600 }),
    { signal },
  )
  const filled = (async () => {
    for (const name of await filesIn(directory)) {
      signal?.throwIfAborted()
      const path = join(directory, name)
      const mode = ((await stat(path)).mode & 0o100) === 0 ? 0o644 : 0o755
      const content = await readFile(path)
      await new Promise<void>((resolve, reject) => {
        archive.entry({ name, mode, mtime: new Date(0) }, content, (error) => {
          if (error instanceof Error) reject(error)
          else resolve()
        })
      })
    }
    archive.finalize()
  })()
  await Promise.all([
    written,
    filled.catch((error: unknown) => {
      archive.destroy(error instanceof Error ? error : new Error(String(error)))
      throw error
    }),
  ])
}

async function filesIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      join(parentPath, name)
        .slice(directory.length + 1)
        .replaceAll('\\', '/'),
    )
    .toSorted()
}
