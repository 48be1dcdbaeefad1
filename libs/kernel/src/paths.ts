import { realpath } from 'node:fs/promises'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { KernelError } from './kernel-error.ts'

/** Whether an absolute path is the root or lies below it. Compares text: resolve links first where they matter. */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

/**
 * The absolute path of `path` below `root`.
 *
 * @throws KernelError `MB_PATH_OUTSIDE` when it leaves the root, or holds a NUL byte
 */
export function resolveInside(root: string, path: string): string {
  const absolute = resolve(root, path)
  if (path.includes('\0') || !isInside(resolve(root), absolute)) {
    throw new KernelError(
      'MB_PATH_OUTSIDE',
      `Cannot use path ${JSON.stringify(path)}: it leaves "${root}"`,
    )
  }
  return absolute
}

/**
 * As {@link resolveInside}, following links on both sides: the returned path has none left. The file must exist.
 *
 * A path that was checked can be swapped before it is opened: hand the result to a mount, never to a program that
 * shares the folder.
 *
 * @throws KernelError `MB_PATH_OUTSIDE` when the path or what it links to leaves the root
 */
export async function realpathInside(root: string, path: string): Promise<string> {
  const [realRoot, real] = await Promise.all([realpath(root), realpath(resolveInside(root, path))])
  if (!isInside(realRoot, real)) {
    throw new KernelError(
      'MB_PATH_OUTSIDE',
      `Cannot use path "${path}": it links to "${real}", outside "${root}"`,
    )
  }
  return real
}
