import { readlinkSync } from 'node:fs'
import { listProcesses, sendSignal, type JailMembers } from './jail-members.ts'

/** The processes of a namespace: the jail's own `/proc` lists all that runs inside, and nothing else. */
export class NamespaceMembers implements JailMembers {
  readonly own: string
  readonly #init: number
  readonly #proc: string

  /** @param init the first process inside; the program could end its first thread, and with that the way in through it */
  constructor(init: number) {
    this.#init = init
    this.own = `/proc/${init}`
    this.#proc = `/proc/${init}/root/proc`
  }

  list(): readonly string[] {
    return listProcesses(this.#proc)
      .filter((name) => name !== '1')
      .map((name) => `${this.#proc}/${name}`)
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    const namespace = namespaceOf(this.#init)
    if (namespace !== undefined) this.#signalOthers(namespace, signal)
  }

  /**
   * The kernel takes a whole process namespace down with its first process.
   *
   * That one has to get its turn on the processor to end. Among the processes of a fork bomb it waits, while they become
   * more faster than they are served; so a crowd is ended one by one as well, which needs no turn of theirs.
   */
  kill(): void {
    const namespace = namespaceOf(this.#init)
    const isCrowd = this.#count() > crowd
    sendSignal(this.#init, 'SIGKILL')
    if (!isCrowd || namespace === undefined) return
    for (let pass = 0; pass < mostPasses; pass += 1)
      if (this.#signalOthers(namespace, 'SIGKILL') === 0) return
  }

  #count(): number {
    try {
      return this.list().length
    } catch {
      return 0
    }
  }

  /**
   * Found by their namespace: a walk from parent to child would miss what is orphaned meanwhile.
   *
   * @returns how many there were
   */
  #signalOthers(namespace: string, signal: NodeJS.Signals): number {
    const found = listProcesses('/proc').filter(
      (pid) => pid !== String(this.#init) && namespaceOf(pid) === namespace,
    )
    for (const pid of found) sendSignal(Number(pid), signal)
    return found.length
  }
}

const crowd = 64
const mostPasses = 100

/** Undefined for a process that ended since, or is another user's. */
function namespaceOf(pid: number | string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`)
  } catch {
    return undefined
  }
}
