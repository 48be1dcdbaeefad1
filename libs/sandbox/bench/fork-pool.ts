import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What tools do that keep children ahead without a jail: `child_process.fork`, and a module by a message. */
export class ForkPool implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'mb-fork-pool-'))
  readonly #program = join(this.#folder, 'program.mjs')
  #next: Promise<ChildProcess>

  constructor() {
    writeFileSync(this.#program, program)
    this.#next = this.#start()
  }

  /** Resolves when one waits. */
  async ready(): Promise<void> {
    await this.#next
  }

  /** Runs a module in the child that waits, and starts the next one only when that is asked for. */
  async run(source: string): Promise<() => void> {
    const child = await this.#next
    child.send(source)
    await once(child, 'message')
    return () => {
      child.kill('SIGKILL')
      this.#next = this.#start()
    }
  }

  async end(): Promise<void> {
    const child = await this.#next
    child.kill('SIGKILL')
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true })
  }

  async #start(): Promise<ChildProcess> {
    const child = fork(this.#program, { stdio: 'ignore' })
    await once(child, 'message')
    return child
  }
}

const program = `process.once('message', async (source) => {
  const module = await import('data:text/javascript,' + encodeURIComponent(source))
  process.send(await module.default())
})
process.send('ready')
`
