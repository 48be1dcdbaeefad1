import { readFileSync, statfsSync } from 'node:fs'

/**
 * Adds up what the processes of a jail write to files (proc_pid_io(5)).
 *
 * The kernel counts the pages that a process makes dirty in file systems on disks: what is written over before it reached the disk
 * counts once. In other file systems, in memory or of another machine, it counts none of them; there whatever is handed to a
 * writing call counts, as it does to pipes.
 */
export class WrittenMeter {
  readonly #areOnDisk: boolean
  #highest = 0

  /** @param folders that may be written to */
  constructor(folders: readonly string[]) {
    this.#areOnDisk = folders.every((folder) => isOnDisk(folder))
  }

  /** The highest sum so far: a process has what its children wrote from when it has waited for them. */
  read(processes: readonly string[]): number {
    const sum = processes.reduce((all, folder) => all + this.#writtenBy(folder), 0)
    this.#highest = Math.max(this.#highest, sum)
    return this.#highest
  }

  #writtenBy(folder: string): number {
    try {
      const text = readFileSync(`${folder}/io`, 'utf8')
      const [handed, dirtied] = [readField(text, 'wchar'), readField(text, 'write_bytes')]
      return this.#areOnDisk ? dirtied : Math.max(handed, dirtied)
    } catch {
      // It ended since it was listed, or is the sandbox's own and closed to this user.
      return 0
    }
  }
}

// linux/magic.h: ext4 and its forebears, XFS, Btrfs, F2FS
const onDisk = new Set([0xef53, 0x5846_5342, 0x9123_683e, 0xf2f5_2010])

/** Whether the kernel counts what is written to the file system of a file or folder. */
export function isOnDisk(folder: string): boolean {
  return onDisk.has(statfsSync(folder).type)
}

function readField(text: string, name: string): number {
  return Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1] ?? 0)
}
