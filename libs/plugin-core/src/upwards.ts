import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * A folder and those above it, the nearest first, as far as they may say something about it: where anybody on this
 * machine may put something, as in `/tmp`, what lies there and above is no part of somebody's project.
 */
export function upwards(folder: string): readonly string[] {
  const start = resolve(folder)
  const folders = [start]
  for (let each = dirname(start); each !== folders.at(-1); each = dirname(each)) {
    if (isEverybodys(each)) break
    folders.push(each)
  }
  return folders
}

function isEverybodys(folder: string): boolean {
  try {
    return ((statSync(folder, { throwIfNoEntry: false })?.mode ?? 0) & 0o002) !== 0
  } catch {
    // What may not be looked at says nothing about anything.
    return true
  }
}
