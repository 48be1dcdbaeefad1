import { readdirSync, readlinkSync } from 'node:fs'
import { errorCode } from '@mb/kernel'
import { readStat } from '../machine/process-stat.ts'

/** The processes of a jail, from outside. */
export interface JailProcesses {
  /** The first process inside. */
  readonly init: number
}

/**
 * Stops every process of a jail but the first, which is the sandbox's own.
 *
 * @returns whether all of them stand still: some may wake each other
 */
export function freezeJail(jail: JailProcesses): boolean {
  // One look takes a while, in which those seen first may have been woken by those seen last: two in a row cannot be fooled so.
  for (let attempt = 0, still = 0; attempt < mostAttempts; attempt += 1) {
    try {
      still = isStill(jail) ? still + 1 : 0
      if (still === looks) return true
      if (still === 0) signalAll(jail, 'SIGSTOP')
    } catch {
      // Most likely it ended just now. What cannot be looked into cannot be held still either.
      return false
    }
    Atomics.wait(pause, 0, 0, 1)
  }
  return false
}

/** Lets them go on. */
export function thawJail(jail: JailProcesses): void {
  signalAll(jail, 'SIGCONT')
}

/**
 * Ends all of it: the kernel takes a whole process namespace down with its first process.
 *
 * That one has to get its turn on the processor to end. Among the processes of a fork bomb it waits, while they become
 * more faster than they are served; so a crowd is ended one by one as well, which needs no turn of theirs.
 */
export function killJail(jail: JailProcesses): void {
  const { init } = jail
  const namespace = namespaceOf(init)
  const isCrowd = countProcesses(jail) > crowd
  sendSignal(init, 'SIGKILL')
  if (!isCrowd || namespace === undefined) return
  for (let pass = 0; pass < mostPasses; pass += 1)
    if (signalOthers(namespace, init, 'SIGKILL') === 0) return
}

/** Sends a signal to a process that may have ended. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error
  }
}

const mostAttempts = 200
const looks = 3
const crowd = 64
const mostPasses = 100
const pause = new Int32Array(new SharedArrayBuffer(4))
const stopped = new Set(['T', 't', 'Z', 'X'])

/** Judged by the jail's own `/proc`, which lists all that runs inside, and nothing else. */
function isStill({ init }: JailProcesses): boolean {
  const root = `/proc/${init}/root/proc`
  return listProcesses(root)
    .filter((name) => name !== '1')
    .every((name) => {
      try {
        return readdirSync(`${root}/${name}/task`).every((thread) =>
          stopped.has(readStat(`${name}/task/${thread}`, root).state),
        )
      } catch {
        // It ended since it was listed; if not, the next look finds it.
        return true
      }
    })
}

function countProcesses({ init }: JailProcesses): number {
  try {
    return listProcesses(`/proc/${init}/root/proc`).length
  } catch {
    return 0
  }
}

function signalAll({ init }: JailProcesses, signal: 'SIGSTOP' | 'SIGCONT'): void {
  const namespace = namespaceOf(init)
  if (namespace !== undefined) signalOthers(namespace, init, signal)
}

/**
 * Found by their namespace: a walk from parent to child would miss what is orphaned meanwhile.
 *
 * @returns how many there were
 */
function signalOthers(namespace: string, init: number, signal: NodeJS.Signals): number {
  const found = listProcesses('/proc').filter(
    (pid) => pid !== String(init) && namespaceOf(pid) === namespace,
  )
  for (const pid of found) sendSignal(Number(pid), signal)
  return found.length
}

function listProcesses(root: string): readonly string[] {
  return readdirSync(root).filter((name) => /^\d+$/.test(name))
}

/** Undefined for a process that ended since, or is another user's. */
function namespaceOf(pid: number | string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`)
  } catch {
    return undefined
  }
}
