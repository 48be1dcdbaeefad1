import { join } from 'node:path'
import { errorCode, readTextBounded } from '@mb/kernel'
import { pythonName } from '@mb/manifest'

/** The wheels that a project takes, by the SHA-256 of their bytes. */
export interface Pins {
  /** Path of the list. */
  readonly file: string
  /** Digests in hex, by the package's name. */
  readonly digests: ReadonlyMap<string, ReadonlySet<string>>
}

const fileName = 'requirements.txt'

/** Reads the requirements.txt of a project as pip does; undefined when there is none, or it has no hashes. */
export async function readPins(directory: string): Promise<Pins | undefined> {
  const file = join(directory, fileName)
  let text: string
  try {
    text = await readTextBounded(file, { maxBytes: 4 * 1024 * 1024 })
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
  const digests = parsePins(text)
  return digests.size === 0 ? undefined : { file, digests }
}

/** The hashes of a requirements.txt, by the package that they stand with. */
export function parsePins(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  for (const line of text.replaceAll(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    const name = /^\s*([A-Za-z0-9][\w.-]*)/.exec(line)?.[1]
    if (name === undefined) continue
    const hashes = [...line.matchAll(/--hash[= ]sha256:([0-9a-f]{64})\b/g)]
    if (hashes.length === 0) continue
    const known = found.get(pythonName(name)) ?? new Set()
    for (const [, hash] of hashes) if (hash !== undefined) known.add(hash)
    found.set(pythonName(name), known)
  }
  return found
}
