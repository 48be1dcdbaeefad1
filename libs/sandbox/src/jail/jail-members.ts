import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { errorCode } from '@mb/kernel'
import { readStat } from '../machine/process-stat.ts'

/** The processes of one jail, as the host finds and ends them. */
export interface JailMembers {
  /** The folder of the sandbox's own process inside, where there is one: what it uses counts, its number does not. */
  readonly own: string | undefined
  /**
   * The folder in a `/proc` of each process that the program is or has started. Cheap, so that a fork bomb is seen before its
   * processes are read one by one.
   *
   * @throws where the jail is gone, or hides
   */
  list(): readonly string[]
  /** Sends a signal to each, the sandbox's own excepted. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void
  /** Ends all of it. */
  kill(): void
}

/** Sends a signal to a process that may have ended. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error
  }
}

/** Names of processes in a `/proc`. */
export function listProcesses(proc: string): readonly string[] {
  return readdirSync(proc).filter((name) => /^\d+$/.test(name))
}

/** The children of a process of the host. */
export function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
        .split(' ')
        .filter((word) => word !== '')
        .map(Number),
    )
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'ESRCH') throw error
    if (existsSync('/proc/thread-self/children') || !existsSync(`/proc/${pid}`)) return []
    // Kernels built without CONFIG_PROC_CHILDREN.
    return listProcesses('/proc')
      .map(Number)
      .filter((each) => parentOf(each) === pid)
  }
}

/** Reads the `stat` of a process by its folder. */
export function readStatOf(folder: string): ReturnType<typeof readStat> {
  return readStat(basename(folder), dirname(folder))
}

function parentOf(pid: number): number | undefined {
  try {
    return readStat(pid).parent
  } catch {
    return undefined
  }
}
