import { constants, type BigIntStats } from 'node:fs'
import { lstat, mkdir, open, opendir, readdir, readlink, symlink } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { errorCode } from '@mb/kernel'
import { openFolder, openPlain, type CopiedPlace } from '../install/copy-folder.ts'
import { PluginError } from '../plugin-error.ts'

const maxDepth = 64
const chunkBytes = 1024 * 1024

/**
 * Copies the folder that a plugin keeps its files in. The plugin wrote it, and may be writing to it: no link in it is
 * followed, and none that appears on the way. Links are copied as links, pipes and sockets are left out.
 *
 * @throws PluginError `MB_PLUGIN_DATA`
 */
export async function copyData(
  from: string,
  to: string,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<void> {
  await copyInto({ shown: from, real: from }, to, maxDepth)

  async function copyInto(source: CopiedPlace, target: string, depth: number): Promise<void> {
    if (depth < 0) throw tooDeep(from)
    await using folder = await openFolder(source)
    await mkdir(target, { mode: 0o700 })
    for await (const { name } of await opendir(folder.path)) {
      signal?.throwIfAborted()
      const place = { shown: join(source.shown, name), real: join(folder.path, name) }
      const facts = await lstat(place.real)
      if (facts.isDirectory()) await copyInto(place, join(target, name), depth - 1)
      else if (facts.isFile()) await copyFile(place, join(target, name), signal)
      else if (facts.isSymbolicLink()) await symlink(await readlink(place.real), join(target, name))
    }
  }
}

async function copyFile(
  from: CopiedPlace,
  to: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  await using source = await openPlain(from)
  const facts = await source.stat()
  // A pipe that took the place of a file would be waited for.
  if (!facts.isFile()) return
  const mode = facts.mode & 0o777
  await using target = await open(
    to,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
    mode,
  )
  const buffer = Buffer.allocUnsafe(chunkBytes)
  for (;;) {
    signal?.throwIfAborted()
    const { bytesRead } = await source.read(buffer, 0, buffer.length)
    if (bytesRead === 0) break
    await target.writeFile(buffer.subarray(0, bytesRead))
  }
  await target.chmod(mode)
  await target.utimes(facts.atime, facts.mtime)
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
    if (depth < 0) throw tooDeep(directory)
    const facts = await factsOf(path)
    if (facts === undefined) return
    // The time of a change of its metadata is the one that nobody can set back.
    const { dev, ino, mode, size, mtimeNs, ctimeNs } = facts
    hash.update(JSON.stringify([name, ...[dev, ino, mode, size, mtimeNs, ctimeNs].map(String)]))
    if (!facts.isDirectory()) return
    for (const each of (await namesIn(path)).toSorted())
      await look(join(path, each), join(name, each), depth - 1)
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
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}

function tooDeep(directory: string): PluginError {
  return new PluginError(
    'MB_PLUGIN_DATA',
    `Cannot copy ${JSON.stringify(directory)}: it is more than ${maxDepth} folders deep`,
    { hint: 'Move away what the plugin keeps there, or remove the plugin with its data' },
  )
}
