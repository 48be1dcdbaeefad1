import { holdLoop } from './event-loop.ts'
import { startLoader, type LoaderOrder, type LoaderProcess } from './loader-process.ts'

/**
 * One loader ahead: to start one takes as long as half a jail. It waits for its setup, has done nothing yet, and does not keep
 * the host's program alive.
 */
export class SpareLoader implements AsyncDisposable {
  #order: LoaderOrder | undefined
  #spare: LoaderProcess | undefined
  #isClosed = false

  /** The spare one where it is as ordered, else a new one. */
  take(order: LoaderOrder): LoaderProcess {
    const spare = this.#spare
    if (spare === undefined || !isSame(order, this.#order) || !isWaiting(spare))
      return startLoader(order)
    this.#spare = undefined
    hold(spare, true)
    return spare
  }

  /** Has one ready for the next order that is the same. What inherits a stream of the host is started when it is needed. */
  prepare(order: LoaderOrder): void {
    if (this.#isClosed) return
    if ([order.stdin, order.stdout, order.stderr].includes('inherit')) return
    if (this.#spare !== undefined && isSame(order, this.#order) && isWaiting(this.#spare)) return
    void this.#end()
    this.#order = order
    this.#spare = startLoader(order)
    hold(this.#spare, false)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await this.#end()
  }

  async #end(): Promise<void> {
    const spare = this.#spare
    this.#spare = undefined
    if (spare === undefined) return
    hold(spare, true)
    // It ends when it is told nothing.
    spare.control.socket.end()
    await spare.gone
    spare.status.socket.destroy()
  }
}

function isSame(a: LoaderOrder, b: LoaderOrder | undefined): boolean {
  return (
    a.loader === b?.loader &&
    a.architecture === b.architecture &&
    a.channel === b.channel &&
    a.stdin === b.stdin &&
    a.stdout === b.stdout &&
    a.stderr === b.stderr
  )
}

function isWaiting({ child }: LoaderProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null
}

function hold({ child }: LoaderProcess, isHeld: boolean): void {
  holdLoop([child, ...child.stdio], isHeld)
}
