import { plain } from './plain.ts'

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const delayMs = 1000
const frameMs = 80
const tellMs = 100

/** The line that is shown while something goes on. */
export interface ProgressLine {
  /** Says something else from now on. */
  say(message: string): void
  /** Makes room for what is printed or asked meanwhile; {@link ProgressLine.say} brings it back. */
  clear(): void
}

/** Work that may take a while: a promise, or what makes one and says how far it is. */
export type Work<Value> = Promise<Value> | ((line: ProgressLine) => Promise<Value>)

/** Tells on a terminal that something still goes on. */
export interface Progress {
  /** Shows a line while the work goes on, when it takes longer than a second. */
  during<Value>(message: string, work: Work<Value>): Promise<Value>
  /** Shows how far a plugin says it is, ten times a second at most; `fraction` is 0 to 1. */
  tell(message: string, fraction?: number): void
}

const silentLine: ProgressLine = { say: () => {}, clear: () => {} }

/** Says nothing: for programs, pipes and logs. */
export const silentProgress: Progress = {
  during: (_message, work) => started(work, silentLine),
  tell: () => {},
}

/**
 * A spinner. Our own, because those of prompt libraries read the keyboard meanwhile, and Ctrl-C would no longer be a
 * signal.
 */
export function spinner(sink: { write(text: string): unknown }): Progress {
  let told = Number.NEGATIVE_INFINITY
  return {
    // A line of its own, since the plugin may print on this terminal at any time.
    tell: (message, fraction) => {
      if (performance.now() - told < tellMs) return
      told = performance.now()
      const share = fraction === undefined ? '' : `${Math.round(fraction * 100)} % `
      sink.write(`${share}${plain(message)}\n`)
    },
    during: async (message, work) => {
      const line = new SpinningLine(message, sink)
      try {
        return await started(work, line)
      } finally {
        line.stop()
      }
    },
  }
}

function started<Value>(work: Work<Value>, line: ProgressLine): Promise<Value> {
  return typeof work === 'function' ? work(line) : work
}

class SpinningLine implements ProgressLine {
  readonly #sink: { write(text: string): unknown }
  readonly #since = performance.now()
  readonly #timer: NodeJS.Timeout
  #message: string | undefined
  #frame = 0
  #isShown = false

  constructor(message: string, sink: { write(text: string): unknown }) {
    this.#message = plain(message)
    this.#sink = sink
    this.#timer = setInterval(() => this.#draw(), frameMs)
    this.#timer.unref()
  }

  say(message: string): void {
    this.#message = plain(message)
  }

  clear(): void {
    this.#message = undefined
    if (this.#isShown) this.#sink.write('\r\u001b[K')
    this.#isShown = false
  }

  stop(): void {
    clearInterval(this.#timer)
    this.clear()
  }

  #draw(): void {
    if (this.#message === undefined || performance.now() - this.#since < delayMs) return
    this.#sink.write(`\r\u001b[K${frames[this.#frame % frames.length] ?? ''} ${this.#message}`)
    this.#frame += 1
    this.#isShown = true
  }
}
