import { readMounts } from '../machine/mount-table.ts'

/**
 * The covers that lie no more where they were put.
 *
 * What is mounted over a file goes with that file: a program of the host that puts another in its place, as editors do when they save,
 * takes the mount away in every namespace (rename(2) and rmdir(2) of a place of mounts, since Linux 3.18).
 *
 * @throws Error for a process that is gone
 */
export function findLostCovers(pid: number, covers: readonly string[]): readonly string[] {
  if (covers.length === 0) return []
  const there = new Set(readMounts(pid).map(({ path }) => path))
  if (there.size === 0) throw new TypeError(`Cannot read the mounts of process ${pid}: it is gone`)
  return covers.filter((path) => !there.has(path))
}
