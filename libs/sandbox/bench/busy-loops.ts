import { spawn, type ChildProcess } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** As many programs that do nothing but use the processor as make a machine busy: twice what it has. */
export class BusyLoops implements Disposable {
  readonly #loops: readonly ChildProcess[]

  constructor() {
    const count = 2 * availableParallelism()
    this.#loops = Array.from({ length: count }, () =>
      spawn('/bin/sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' }),
    )
  }

  [Symbol.dispose](): void {
    for (const loop of this.#loops) loop.kill('SIGKILL')
  }
}
