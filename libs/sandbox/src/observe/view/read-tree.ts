import { createHash } from 'node:crypto'
import { createReadStream, type BigIntStats } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { errorCode } from '@mb/kernel'

/**
 * What lies in a folder that a stranger has filled, by path below it, each in a form to compare: kind, mode and content. No link is
 * followed, and what cannot be opened is told as that.
 */
export async function readTree(folder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  let bytes = 0
  const read = async (below: string): Promise<void> => {
    for (const name of await readNames(join(folder, below))) {
      const path = join(below, name)
      if (found.size >= mostEntries) return
      // oxlint-disable-next-line no-await-in-loop -- one open file at a time, of a number that a stranger decides
      const facts = await readFacts(join(folder, path))
      if (facts === undefined) {
        found.set(path, 'closed')
        continue
      }
      if (facts.isFile()) bytes += Number(facts.size)
      // oxlint-disable-next-line no-await-in-loop -- as above
      found.set(path, await describe(join(folder, path), facts, bytes <= mostBytes))
      // oxlint-disable-next-line no-await-in-loop -- as above
      if (facts.isDirectory()) await read(path)
    }
  }
  await read('')
  return found
}

// A program may write without end; what is beyond is not compared.
const mostEntries = 20_000
const mostBytes = 256 * 1024 * 1024

async function readNames(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted()
  } catch (error) {
    if (isClosed(error)) return []
    throw error
  }
}

/** Undefined for what lies too deep to be named. */
async function readFacts(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true })
  } catch (error) {
    if (isClosed(error)) return undefined
    throw error
  }
}

async function describe(path: string, facts: BigIntStats, isWhole: boolean): Promise<string> {
  const mode = (facts.mode & 0o7777n).toString(8)
  if (facts.isSymbolicLink()) return `link ${await readlink(path)}`
  if (facts.isDirectory()) return `folder ${mode}`
  // An overlay keeps what was taken away as a device that there is not (Documentation/filesystems/overlayfs.rst, "whiteouts").
  if (facts.isCharacterDevice()) return 'gone'
  if (!facts.isFile()) return 'special'
  return `file ${mode} ${isWhole ? await digest(path) : String(facts.size)}`
}

async function digest(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(path), hash)
    return hash.digest('hex')
  } catch (error) {
    if (isClosed(error)) return 'closed'
    throw error
  }
}

function isClosed(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'ENAMETOOLONG', 'ELOOP'].includes(errorCode(error) ?? '')
}
