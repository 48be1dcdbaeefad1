import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson, sha256 } from '@mb/kernel'
import { ManifestError } from '../manifest-error.ts'
import { maxPathDepth, pathKey, whyBadPath } from './package-path.ts'

/** One file of a package. */
export interface DigestFile {
  /** Relative, with `/`. */
  readonly path: string
  /** In bytes. */
  readonly size: number
  /** `755` when its owner may execute it. */
  readonly mode: '644' | '755'
  /** Lower-case hex. */
  readonly sha256: string
}

/** All files of a package, and the one digest that stands for them. */
export interface DigestTree {
  /** In order of their paths' UTF-8 bytes. */
  readonly files: readonly DigestFile[]
  /** SHA-256 of the files' canonical JSON: the same for a folder and for every archive of it. */
  readonly digest: string
}

/** Bounds of a package. */
export interface PackageLimits {
  /** @default 10_000 */
  readonly maxFiles: number
  /** Of all files together. @default 200 MB */
  readonly maxBytes: number
}

/** The bounds that hold when none are given. */
export const packageLimits: PackageLimits = { maxFiles: 10_000, maxBytes: 200 * 1024 * 1024 }

/** How a digest tree is read. */
export interface DigestTreeOptions {
  readonly limits?: Partial<PackageLimits> | undefined
  /** Names that are left out, at the top of the folder. @default none */
  readonly leaveOut?: ReadonlySet<string> | undefined
  readonly signal?: AbortSignal | undefined
}

/** Where a package keeps what is about its files, and not of them. */
export const metadataDirectory = '.milkbottle'

/**
 * Reads all files of a folder but its `.milkbottle`, refusing what an archive could not carry to every system.
 * Folders count by what is in them.
 *
 * @throws ManifestError `MB_PACKAGE_FILE` for a link, a device, a socket, a setuid bit, a bad name, or two names that
 * are one without case; `MB_PACKAGE_TOO_LARGE`
 */
export async function readDigestTree(
  directory: string,
  options: DigestTreeOptions = {},
): Promise<DigestTree> {
  const limits = { ...packageLimits, ...options.limits }
  const paths = await listFiles(directory, limits, options)
  const files = await digestFiles(directory, paths, {
    room: limits.maxBytes,
    signal: options.signal,
  })
  return { files, digest: treeDigest(files) }
}

/** The digest that stands for files in their order. */
export function treeDigest(files: readonly DigestFile[]): string {
  return sha256(canonicalJson(files))
}

async function listFiles(
  directory: string,
  limits: PackageLimits,
  { leaveOut, signal }: DigestTreeOptions,
): Promise<readonly string[]> {
  const paths: string[] = []
  // On some systems a folder of another case is the metadata itself.
  const seen = new Map([[pathKey(metadataDirectory), metadataDirectory]])

  async function walk(folder: string, depth: number): Promise<void> {
    signal?.throwIfAborted()
    for (const entry of await readdir(join(directory, folder), { withFileTypes: true })) {
      const { name } = entry
      const path = folder === '' ? name : `${folder}/${name}`
      if (path === metadataDirectory || (folder === '' && leaveOut?.has(name) === true)) continue
      checkName(path, seen)
      if (entry.isDirectory()) {
        if (depth >= maxPathDepth) throw refused(path, `is deeper than ${maxPathDepth} folders`)
        await walk(path, depth + 1)
      } else if (entry.isFile()) {
        paths.push(path)
      } else {
        throw refused(path, entry.isSymbolicLink() ? 'is a link' : 'is neither file nor folder')
      }
      if (seen.size > limits.maxFiles * 2 || paths.length > limits.maxFiles)
        throw tooLarge(`it has more than ${limits.maxFiles} files`)
    }
  }

  await walk('', 1)
  return paths.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

function checkName(path: string, seen: Map<string, string>): void {
  const wrong = whyBadPath(path)
  if (wrong !== undefined) throw refused(path, wrong)
  const key = pathKey(path)
  const twin = seen.get(key)
  if (twin !== undefined)
    throw refused(path, `is the same name as ${JSON.stringify(twin)} on some systems`)
  seen.set(key, path)
}

interface Digesting {
  /** Bytes that all files may still have together. */
  room: number
  readonly signal: AbortSignal | undefined
}

// As many as there are threads that read files (libuv's); each has a buffer of its own.
const lanes = 4

async function digestFiles(
  directory: string,
  paths: readonly string[],
  digesting: Digesting,
): Promise<readonly DigestFile[]> {
  const found = new Map<string, DigestFile>()
  const waiting = paths.values()
  let failure: { readonly error: unknown } | undefined
  const work = async (): Promise<void> => {
    for (const path of waiting) {
      if (failure !== undefined) return
      try {
        found.set(path, await digestFile(directory, path, digesting))
      } catch (error) {
        failure ??= { error }
      }
    }
  }
  await Promise.all(Array.from({ length: lanes }, work))
  if (failure !== undefined) throw failure.error
  return paths.flatMap((path) => found.get(path) ?? [])
}

async function digestFile(
  directory: string,
  path: string,
  digesting: Digesting,
): Promise<DigestFile> {
  // O_NOFOLLOW and fstat: what was listed may have been swapped for a link or a pipe since.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  const file = await open(join(directory, path), flags)
  try {
    const facts = await file.stat()
    if (!facts.isFile()) throw refused(path, 'is no file')
    if ((facts.mode & 0o7000) !== 0) throw refused(path, 'has the setuid, setgid or sticky bit')
    const hash = createHash('sha256')
    const buffer = Buffer.allocUnsafe(Math.min(Math.max(facts.size, 1) + 1, 256 * 1024))
    let size = 0
    for (;;) {
      digesting.signal?.throwIfAborted()
      const { bytesRead } = await file.read(buffer, 0, buffer.length)
      if (bytesRead === 0) break
      size += bytesRead
      digesting.room -= bytesRead
      if (digesting.room < 0) throw tooLarge('its files are too large together')
      hash.update(buffer.subarray(0, bytesRead))
    }
    return {
      path,
      size,
      mode: (facts.mode & 0o100) === 0 ? '644' : '755',
      sha256: hash.digest('hex'),
    }
  } finally {
    await file.close()
  }
}

function refused(path: string, is: string): ManifestError {
  return new ManifestError(
    'MB_PACKAGE_FILE',
    `Cannot read package: ${JSON.stringify(path.slice(0, 256))} ${is}`,
    { hint: 'Keep to regular files with plain names', details: { path } },
  )
}

function tooLarge(is: string): ManifestError {
  return new ManifestError('MB_PACKAGE_TOO_LARGE', `Cannot read package: ${is}`, {
    hint: 'Leave out what the plugin does not need to run',
  })
}
