import { lstat, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readTextBounded, writeFileAtomic } from '@mb/kernel'

/** Text that was kept between programs, where nobody else could have written it. */
export async function readRecord(directory: string, name: string): Promise<string | undefined> {
  try {
    const facts = await lstat(directory)
    // Whoever could write here could say that everything was proved.
    if (!facts.isDirectory() || facts.uid !== process.getuid?.() || (facts.mode & 0o022) !== 0)
      return undefined
    return await readTextBounded(join(directory, name), { maxBytes: 65_536 })
  } catch {
    return undefined
  }
}

/** Keeps a text. It is a cache: where it cannot be written, what it tells is found out again. */
export async function writeRecord(directory: string, name: string, text: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await writeFileAtomic(join(directory, name), text, { mode: 0o600 })
  } catch {
    // Read-only homes are normal in containers.
  }
}
