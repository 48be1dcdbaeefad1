import type { ChildProcess } from 'node:child_process'
import { runEngine, type Engine } from './engine.ts'

/** The program of the engine that runs one container and hands its streams on. */
export class ContainerClient {
  readonly child: ChildProcess
  /** Settles when it has ended, and with it the container was removed. */
  readonly gone: Promise<undefined>
  readonly #engine: Engine
  readonly #name: string
  readonly #listener: (chunk: Buffer) => void
  #said = ''

  constructor(engine: Engine, name: string, child: ChildProcess) {
    this.#engine = engine
    this.#name = name
    this.child = child
    const { promise, resolve } = Promise.withResolvers<undefined>()
    child.once('exit', () => resolve(undefined))
    child.once('error', () => resolve(undefined))
    this.gone = promise
    this.#listener = (chunk) => {
      this.#said = (this.#said + chunk.toString('utf8')).slice(-mostSaid)
    }
    child.stderr?.on('data', this.#listener)
  }

  /** What it said while the container was made. */
  get said(): string {
    return this.#said.trim() === '' ? 'it ended before its program began' : this.#said
  }

  /** Leaves the stream to the program, which has said nothing yet. */
  hush(): void {
    this.child.stderr?.pause()
    this.child.stderr?.off('data', this.#listener)
  }

  /** Ends it, and removes a container that it leaves. */
  async end(): Promise<void> {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), endingMs)
    await this.gone
    clearTimeout(timer)
    if (this.child.signalCode === null) return
    // It was gone before, or is swept later.
    await runEngine(this.#engine, ['rm', '--force', this.#name]).catch(() => {})
  }
}

const endingMs = 5000
const mostSaid = 4096
