import { plain } from './plain.ts'

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const delayMs = 1000
const frameMs = 80
const tellMs = 100

/** Tells on a terminal that something still goes on. */
export interface Progress {
  /** Shows a line while the work goes on, when it takes longer than a second. */
  during<Value>(message: string, work: Promise<Value>): Promise<Value>
  /** Shows how far a plugin says it is, ten times a second at most; `fraction` is 0 to 1. */
  tell(message: string, fraction?: number): void
}

/** Says nothing: for programs, pipes and logs. */
export const silentProgress: Progress = { during: (_message, work) => work, tell: () => {} }

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
      let frame = 0
      const started = performance.now()
      const timer = setInterval(() => {
        if (performance.now() - started < delayMs) return
        sink.write(`\r\u001b[K${frames[frame % frames.length] ?? ''} ${message}`)
        frame += 1
      }, frameMs)
      timer.unref()
      try {
        return await work
      } finally {
        clearInterval(timer)
        if (frame > 0) sink.write('\r\u001b[K')
      }
    },
  }
}
