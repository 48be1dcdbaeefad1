import { readdirSync } from 'node:fs'
import { readStat } from '../machine/process-stat.ts'
import type { JailMembers } from './jail-members.ts'

/**
 * Stops every process of a jail but the sandbox's own.
 *
 * @returns whether all of them stand still: some may wake each other
 */
export function freezeJail(members: JailMembers): boolean {
  // One look takes a while, in which those seen first may have been woken by those seen last: two in a row cannot be fooled so.
  for (let attempt = 0, still = 0; attempt < mostAttempts; attempt += 1) {
    try {
      still = isStill(members) ? still + 1 : 0
      if (still === looks) return true
      if (still === 0) members.signal('SIGSTOP')
    } catch {
      // Most likely it ended just now. What cannot be looked into cannot be held still either.
      return false
    }
    Atomics.wait(pause, 0, 0, 1)
  }
  return false
}

const mostAttempts = 200
const looks = 3
const pause = new Int32Array(new SharedArrayBuffer(4))
const stopped = new Set(['T', 't', 'Z', 'X'])

function isStill(members: JailMembers): boolean {
  return members.list().every((folder) => {
    try {
      return readdirSync(`${folder}/task`).every((thread) =>
        stopped.has(readStat(thread, `${folder}/task`).state),
      )
    } catch {
      // It ended since it was listed; if not, the next look finds it.
      return true
    }
  })
}
