import { mkdir, open, realpath, rm, rmdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { errorCode } from '@mb/kernel'
import { PluginError } from '../plugin-error.ts'
import type { TypedPath } from './command-values.ts'
import type { Mounts } from './granted-mounts.ts'
import { refuseOwnPlaces, type OwnPlaces } from './own-places.ts'

/** Stands for the person's standard input or output, as with most commands; nothing is mounted for it. */
const standardStream = '-'

/** The files and folders that a person named, made ready to be mounted. Disposing takes back what nobody wrote to. */
export interface NamedPaths extends AsyncDisposable {
  readonly mounts: Mounts
  /** The absolute path of what was typed, the same inside the sandbox. */
  inside(typed: string): string
  /** What was made for this run stays. */
  keep(): void
}

/**
 * Finds what the person named. A file or folder to write that does not exist is made, empty: it alone is mounted then,
 * not the folder it lies in.
 *
 * @throws PluginError `MB_PLUGIN_USAGE`, `MB_PERMISSION_PATH`
 */
export async function openNamedPaths(
  paths: readonly TypedPath[],
  { workspace, own }: { readonly workspace: string; readonly own: OwnPlaces },
): Promise<NamedPaths> {
  const named = new Named()
  try {
    for (const path of paths) {
      if (path.typed === standardStream && path.kind === 'file') continue
      const absolute = resolve(workspace, path.typed)
      checkLiteral(path, absolute)
      const real = await find(path, absolute, named)
      checkLiteral(path, real)
      refuseOwnPlaces(real, own, path.label)
      named.add(path, real)
    }
    return named
  } catch (error) {
    await named[Symbol.asyncDispose]()
    throw error
  }
}

class Named implements NamedPaths {
  readonly #inside = new Map<string, string>()
  readonly #read = new Set<string>()
  readonly #write = new Set<string>()
  #made: { readonly path: string; readonly kind: TypedPath['kind'] }[] = []

  get mounts(): Mounts {
    return { read: [...this.#read], write: [...this.#write] }
  }

  inside(typed: string): string {
    return this.#inside.get(typed) ?? typed
  }

  add({ typed, access }: TypedPath, real: string): void {
    this.#inside.set(typed, real)
    const mounts = access === 'write' ? this.#write : this.#read
    mounts.add(real)
  }

  made(path: string, kind: TypedPath['kind']): void {
    this.#made.push({ path, kind })
  }

  keep(): void {
    this.#made = []
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { path, kind } of this.#made.splice(0).toReversed()) await removeIfEmpty(path, kind)
  }
}

/** Node's permission model takes `*` as a wildcard, which would open the neighbours of such a path. */
function checkLiteral(path: TypedPath, absolute: string): void {
  if (!absolute.includes('*')) return
  throw unusable(path, `"${absolute}" holds "*", which the sandbox cannot take literally`)
}

async function find(path: TypedPath, absolute: string, named: Named): Promise<string> {
  const real = await realpathIfThere(absolute)
  if (real === undefined) {
    if (path.access === 'read') throw unusable(path, 'it does not exist')
    return await make(path, absolute, named)
  }
  const facts = await stat(real)
  if (path.kind === 'dir' && !facts.isDirectory()) throw unusable(path, 'it is no folder')
  // A pipe or a device would lead out of the sandbox.
  if (path.kind === 'file' && !facts.isFile()) throw unusable(path, 'it is no regular file')
  return real
}

async function make(path: TypedPath, absolute: string, named: Named): Promise<string> {
  const folder = await realpathIfThere(dirname(absolute))
  if (folder === undefined) throw unusable(path, 'the folder for it does not exist')
  const target = join(folder, basename(absolute))
  try {
    if (path.kind === 'dir') await mkdir(target)
    // Exclusively: through a link that leads nowhere, something else would be made.
    else await (await open(target, 'wx')).close()
  } catch (error) {
    throw unusable(path, `it cannot be made (${errorCode(error) ?? String(error)})`, error)
  }
  named.made(target, path.kind)
  return target
}

async function removeIfEmpty(path: string, kind: TypedPath['kind']): Promise<void> {
  try {
    if (kind === 'dir') await rmdir(path)
    else if ((await stat(path)).size === 0) await rm(path)
  } catch {
    // Somebody put something there, or took it away: either is theirs.
  }
}

async function realpathIfThere(path: string): Promise<string | undefined> {
  try {
    return await realpath(path)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}

function unusable({ typed, label }: TypedPath, state: string, cause?: unknown): PluginError {
  return new PluginError('MB_PLUGIN_USAGE', `Cannot use "${typed}" as ${label}: ${state}`, {
    hint: 'Name a path that you may use',
    cause,
  })
}
