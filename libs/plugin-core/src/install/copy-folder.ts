import { constants, type Stats } from 'node:fs'
import { lstat, mkdir, open, opendir, realpath, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '@mb/kernel'
import { packageLimits, type PackageLimits } from '@mb/manifest'
import { PluginError } from '../plugin-error.ts'

/** How {@link copyFolder} copies. */
export interface CopyOptions {
  /** Names that are left out, at the top of the folder. */
  readonly leaveOut: ReadonlySet<string>
  readonly limits?: Partial<PackageLimits>
  readonly signal?: AbortSignal | undefined
}

interface Budget {
  files: number
  bytes: number
}

const setIdOrSticky = 0o7000
// As deep as a package may be; deeper ones are refused in words when they are verified.
const maxDepth = 32
const chunkBytes = 1024 * 1024

/**
 * Copies a folder of plain files, and nothing else: links, devices and files with special rights are refused, as
 * they are in an archive. The copy has the modes 644 and 755 only.
 *
 * @throws PluginError `MB_PLUGIN_SOURCE`
 */
export async function copyFolder(from: string, to: string, options: CopyOptions): Promise<void> {
  const { maxFiles, maxBytes } = { ...packageLimits, ...options.limits }
  const left: Budget = { files: maxFiles, bytes: maxBytes }
  // The folder itself may be a link: the person named it.
  await copyInto({ shown: from, real: await realpath(from) }, to, maxDepth)

  async function copyInto(source: CopiedPlace, target: string, depth: number): Promise<void> {
    if (depth < 0) throw refused(source.shown, `it is more than ${maxDepth} folders deep`)
    await using folder = await openFolder(source)
    await mkdir(target, { mode: 0o755 })
    for await (const entry of await opendir(folder.path)) {
      options.signal?.throwIfAborted()
      if (depth === maxDepth && options.leaveOut.has(entry.name)) continue
      const place = { shown: join(source.shown, entry.name), real: join(folder.path, entry.name) }
      if (entry.isDirectory()) await copyInto(place, join(target, entry.name), depth - 1)
      else await copyFile(place, join(target, entry.name), left, options.signal)
    }
  }
}

/** A path as people know it, and as it is opened. */
export interface CopiedPlace {
  readonly shown: string
  readonly real: string
}

/**
 * The way into a folder that stays the way into it. By its own path, a link that takes its place after the listing
 * would lead elsewhere: whoever may write to the source could have the person's own files copied into the plugin.
 */
export async function openFolder(
  folder: CopiedPlace,
): Promise<AsyncDisposable & { readonly path: string }> {
  // No other system gives an open folder a path; plugins are not run there.
  if (process.platform !== 'linux')
    return { path: folder.real, [Symbol.asyncDispose]: () => Promise.resolve() }
  const handle = await openPlain(folder, constants.O_DIRECTORY)
  return { path: `/proc/self/fd/${handle.fd}`, [Symbol.asyncDispose]: () => handle.close() }
}

async function copyFile(
  from: CopiedPlace,
  to: string,
  left: Budget,
  signal: AbortSignal | undefined,
): Promise<void> {
  left.files -= 1
  if (left.files < 0) throw refused(from.shown, 'the folder holds too many files')
  checkKind(from.shown, await lstat(from.real))
  await using source = await openPlain(from)
  const facts = await source.stat()
  checkKind(from.shown, facts)
  await using target = await open(to, 'wx', (facts.mode & 0o100) === 0 ? 0o644 : 0o755)
  await copyBytes(from.shown, source, target, left, signal)
  // The mask of the process may have taken bits away.
  await target.chmod((facts.mode & 0o100) === 0 ? 0o644 : 0o755)
}

async function copyBytes(
  from: string,
  source: FileHandle,
  target: FileHandle,
  left: Budget,
  signal: AbortSignal | undefined,
): Promise<void> {
  const buffer = Buffer.allocUnsafe(chunkBytes)
  for (;;) {
    signal?.throwIfAborted()
    const { bytesRead } = await source.read(buffer, 0, buffer.length)
    if (bytesRead === 0) return
    left.bytes -= bytesRead
    if (left.bytes < 0) throw refused(from, 'the folder holds too many bytes')
    await target.writeFile(buffer.subarray(0, bytesRead))
  }
}

/** Opens what was looked at a moment ago, not what was put in its place since. */
export async function openPlain(
  { shown, real }: CopiedPlace,
  kind: number = 0,
): Promise<FileHandle> {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  try {
    return await open(real, flags | kind)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ELOOP' || (code === 'ENOTDIR' && (await isLink(real))))
      throw refused(shown, 'it is a link')
    throw error
  }
}

// With O_DIRECTORY, Linux says of a link that it is no folder.
async function isLink(path: string): Promise<boolean> {
  return (await lstat(path)).isSymbolicLink()
}

function checkKind(path: string, facts: Stats): void {
  if (facts.isSymbolicLink()) throw refused(path, 'it is a link')
  if (!facts.isFile()) throw refused(path, 'it is a device, a pipe or a socket')
  if ((facts.mode & setIdOrSticky) !== 0)
    throw refused(path, 'it has the setuid, setgid or sticky bit')
}

function refused(path: string, reason: string): PluginError {
  return new PluginError('MB_PLUGIN_SOURCE', `Cannot install ${JSON.stringify(path)}: ${reason}`, {
    hint: 'A plugin is made of plain files and folders; package it without the others',
  })
}
