import { lstatSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomic } from '@mb/kernel'

/** Text that was kept between programs, where nobody else could have written it. */
export function readRecord(directory: string, name: string): string | undefined {
  // At once: what another thread reads takes ten times as long, and these are a few hundred bytes of a folder of our own.
  try {
    const facts = lstatSync(directory)
    // Whoever could write here could say that everything was proved.
    if (!facts.isDirectory() || facts.uid !== process.getuid?.() || (facts.mode & 0o022) !== 0)
      return undefined
    const file = join(directory, name)
    const record = lstatSync(file)
    return record.isFile() && record.size <= mostBytes ? readFileSync(file, 'utf8') : undefined
  } catch {
    return undefined
  }
}

const mostBytes = 65_536

/** Keeps a text. It is a cache: where it cannot be written, what it tells is found out again. */
export async function writeRecord(directory: string, name: string, text: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await writeFileAtomic(join(directory, name), text, { mode: 0o600 })
  } catch {
    // Read-only homes are normal in containers.
  }
}
