import { constants, type BigIntStats } from 'node:fs'
import { lstat, mkdir, open, opendir, readdir, readlink, symlink } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { errorCode } from '@mb/kernel'
import { openFolder, openPlain, type CopiedPlace } from '../install/copy-folder.ts'
import { PluginError } from '../plugin-error.ts'

const maxDepth = 64
const chunkBytes = 1024 * 1024
// Files of nothing but holes cost a plugin nothing, and a copy of them the whole disk.
const usual = { files: 1_000_000, bytes: 16 * 1024 ** 3 }

const tooDeep = `it is more than ${maxDepth} folders deep`

/** How much is copied. */
export interface DataLimits {
  readonly files: number
  readonly bytes: number
}

/**
 * Copies the folder that a plugin keeps its files in. The plugin wrote it, and may be writing to it: no link in it is
 * followed, and none that appears on the way. Links are copied as links, pipes and sockets are left out.
 *
 * @throws PluginError `MB_PLUGIN_DATA`
 */
export async function copyData(
  from: string,
  to: string,
  {
    signal,
    limits = usual,
  }: { readonly signal?: AbortSignal | undefined; readonly limits?: DataLimits } = {},
): Promise<void> {
  const left = { ...limits }
  await copyInto({ shown: from, real: from }, to, maxDepth)

  async function copyInto(source: CopiedPlace, target: string, depth: number): Promise<void> {
    if (depth < 0) throw tooMuch(from, tooDeep)
    await using folder = await openFolder(source)
    await mkdir(target, { mode: 0o700 })
    for await (const { name } of await opendir(folder.path)) {
      signal?.throwIfAborted()
      left.files -= 1
      if (left.files < 0) throw tooMuch(from, `it holds more than ${limits.files} files`)
      const place = { shown: join(source.shown, name), real: join(folder.path, name) }
      const facts = await lstat(place.real)
      if (facts.isDirectory()) await copyInto(place, join(target, name), depth - 1)
      else if (facts.isFile()) {
        left.bytes -= await copyFile(place, join(target, name), { most: left.bytes, signal })
        if (left.bytes < 0) throw tooMuch(from, `it holds more than ${limits.bytes} bytes`)
      } else if (facts.isSymbolicLink())
        await symlink(await readlink(place.real), join(target, name))
    }
  }
}

async function copyFile(
  from: CopiedPlace,
  to: string,
  { most, signal }: { readonly most: number; readonly signal: AbortSignal | undefined },
): Promise<number> {
  await using source = await openPlain(from)
  const facts = await source.stat()
  // A pipe that took the place of a file would be waited for.
  if (!facts.isFile()) return 0
  const mode = facts.mode & 0o777
  await using target = await open(
    to,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
    mode,
  )
  const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, facts.size + 1))
  let bytes = 0
  while (bytes <= most) {
    signal?.throwIfAborted()
    const { bytesRead } = await source.read(buffer, 0, buffer.length)
    if (bytesRead === 0) break
    bytes += bytesRead
    await target.writeFile(buffer.subarray(0, bytesRead))
  }
  await target.chmod(mode)
  await target.utimes(facts.atime, facts.mtime)
  return bytes
}

/**
 * Tells a folder from what it was: the same text as long as nothing in it was written, made, moved or removed. A folder
 * that is not there has one too.
 *
 * @throws PluginError `MB_PLUGIN_DATA`
 */
export async function markOfData(directory: string): Promise<string> {
  const hash = createHash('sha256')
  await look(directory, '', maxDepth)
  return hash.digest('hex')

  async function look(path: string, name: string, depth: number): Promise<void> {
    if (depth < 0) throw tooMuch(directory, tooDeep)
    const facts = await factsOf(path)
    if (facts === undefined) return
    // The time of a change of its metadata is the one that nobody can set back.
    const { dev, ino, mode, size, mtimeNs, ctimeNs } = facts
    hash.update(JSON.stringify([name, ...[dev, ino, mode, size, mtimeNs, ctimeNs].map(String)]))
    if (!facts.isDirectory()) return
    await using folder = await unlessGone(() => openFolder({ shown: path, real: path }))
    if (folder === undefined) return
    for (const each of (await namesIn(folder.path)).toSorted())
      await look(join(folder.path, each), join(name, each), depth - 1)
  }
}

async function factsOf(path: string): Promise<BigIntStats | undefined> {
  return await unlessGone(() => lstat(path, { bigint: true }))
}

async function namesIn(path: string): Promise<readonly string[]> {
  return (await unlessGone(() => readdir(path))) ?? []
}

async function unlessGone<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look()
  } catch (error) {
    const code = errorCode(error)
    // The last is a link that took the place of a folder.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'MB_PLUGIN_SOURCE') return undefined
    throw error
  }
}

function tooMuch(directory: string, state: string): PluginError {
  return new PluginError('MB_PLUGIN_DATA', `Cannot copy ${JSON.stringify(directory)}: ${state}`, {
    hint: 'Move away what the plugin keeps there, or remove the plugin with its data',
  })
}
