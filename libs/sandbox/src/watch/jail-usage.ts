import { readdirSync, readFileSync, statfsSync } from 'node:fs'
import { readStatOf, type JailMembers } from '../jail/jail-members.ts'
import { readHeldSockets, readInternetMemory, readSocketMemory } from './socket-memory.ts'
import { WrittenMeter } from './written-meter.ts'

/** Follows what a jail uses, from outside. */
export class JailMeter {
  readonly #members: JailMembers
  readonly #scratch: readonly string[]
  readonly #written: WrittenMeter
  readonly #ticksOf = new Map<string, number>()
  #highestSum = 0

  /**
   * @param scratch paths, as the host finds them, of file systems that lie in memory
   * @param writable files and folders of the host that may be written to
   */
  constructor(members: JailMembers, scratch: readonly string[], writable: readonly string[]) {
    this.#members = members
    this.#scratch = scratch
    this.#written = new WrittenMeter(writable)
  }

  /** The folder in a `/proc` of each process of the program. */
  list(): readonly string[] {
    return this.#members.list()
  }

  /**
   * Memory that the tree cannot give back: anonymous and shared pages, swapped ones, its temporary files, and what waits in sockets
   * of its own.
   *
   * File pages are left out, since they are the kernel's to drop and mostly the system's own libraries, which the sum
   * of resident sets would count once for each process; proportional sets would be exact, but walk the page tables.
   */
  readMemory(processes: readonly string[]): number {
    const pages = this.#withOwn(processes).map((folder) => this.#memoryOf(folder))
    const files = this.#scratch.map((path) => {
      const { blocks, bfree, bsize, files: inodes, ffree } = statfsSync(path)
      return (blocks - bfree) * bsize + (inodes - ffree) * bytesPerFile
    })
    const { own } = this.#members
    const sockets = own === undefined ? readHeldSockets(processes) : readSocketMemory(own)
    return [...pages, ...files, sockets].reduce((sum, bytes) => sum + bytes, 0)
  }

  /** Memory beside what a cgroup keeps: what waits in internet sockets where those are the jail's own. */
  readBesideGroup(): number {
    const { own } = this.#members
    return own === undefined ? 0 : readInternetMemory(own)
  }

  /** Threads of all processes of the program. */
  readThreads(processes: readonly string[]): number {
    return processes.reduce((sum, folder) => {
      try {
        return sum + readStatOf(folder).threads
      } catch {
        return sum
      }
    }, 0)
  }

  /** Bytes that were written to files. */
  readWritten(processes: readonly string[]): number {
    return this.#written.read(this.#withOwn(processes))
  }

  /**
   * CPU time of the tree, in milliseconds: the larger of two sums that may each miss something. What is alive with the
   * children that were waited for misses what nobody waits for; the last sight of each process misses the brief ones.
   */
  readCpuMs(processes: readonly string[]): number {
    let sum = 0
    for (const folder of this.#withOwn(processes)) {
      try {
        const { ownTicks, childTicks, startedTicks } = readStatOf(folder)
        sum += ownTicks + childTicks
        this.#ticksOf.set(`${folder} ${startedTicks}`, ownTicks)
      } catch {
        // It ended since it was listed.
      }
    }
    this.#highestSum = Math.max(this.#highestSum, sum)
    const sights = [...this.#ticksOf.values()].reduce((all, ticks) => all + ticks, 0)
    return Math.max(this.#highestSum, sights) * 10
  }

  #withOwn(processes: readonly string[]): readonly string[] {
    const { own } = this.#members
    return own === undefined ? processes : [own, ...processes]
  }

  #memoryOf(folder: string): number {
    try {
      const status = readFileSync(`${folder}/status`, 'utf8')
      return /^RssAnon:/m.test(status) ? heldBytes(status) : this.#memoryOfThreads(folder)
    } catch {
      return 0
    }
  }

  /** A process whose first thread has ended shows no memory, though its other threads hold it all. */
  #memoryOfThreads(folder: string): number {
    const threads = readdirSync(`${folder}/task`)
    return Math.max(...threads.map((thread) => heldBytes(readThread(`${folder}/task/${thread}`))))
  }
}

// What an empty file in memory costs the kernel: its inode and the entry with its name.
const bytesPerFile = 1024

function heldBytes(status: string): number {
  const fields = status.matchAll(/^(?:RssAnon|RssShmem|VmSwap):\s*(\d+) kB$/gm)
  return [...fields].reduce((sum, match) => sum + Number(match[1]) * 1024, 0)
}

function readThread(folder: string): string {
  try {
    return readFileSync(`${folder}/status`, 'utf8')
  } catch {
    return ''
  }
}
