import { isInForeground } from '../streams/foreground.ts'

/** A program that can be made to stand still. */
export interface Suspendable {
  /** Whether it could read what the person types for others. */
  readonly hasTerminal: boolean
  /** Stops all of it; what does not let itself be stopped is ended. */
  freeze(): void
  thaw(): void
  kill(): void
}

const running = new Set<Suspendable>()

/**
 * Has a program stand still while its host does. Jobs of a shell are stopped by the terminal; a jail is in a session of its own
 * and would go on, with nobody to hold it to its limits, and take what the person types for the shell.
 *
 * @returns what takes it out again
 */
export function suspendWithHost(program: Suspendable): () => void {
  if (running.size === 0) {
    process.on('SIGTSTP', onStop)
    process.on('SIGCONT', onContinue)
  }
  running.add(program)
  // The person may have sent the host away since it looked.
  if (!mayGoOn()) onContinue()
  return () => {
    running.delete(program)
    if (running.size > 0) return
    process.off('SIGTSTP', onStop)
    process.off('SIGCONT', onContinue)
  }
}

function onStop(): void {
  for (const program of running) program.freeze()
  stopAs('SIGTSTP')
  onContinue()
}

/** Goes on, or waits to be fetched: as a program that reads the terminal is stopped each time it is let run in the background. */
function onContinue(): void {
  for (let attempt = 0; !mayGoOn(); attempt += 1) {
    for (const program of running) program.freeze()
    // The kernel lets a process run on that no shell waits for. Reading would be an error for it.
    if (attempt === mostAttempts) return endThoseWithTerminal()
    stopAs('SIGTTIN')
  }
  for (const program of running) program.thaw()
}

const mostAttempts = 1000

function mayGoOn(): boolean {
  return ![...running].some(({ hasTerminal }) => hasTerminal) || isInForeground()
}

function endThoseWithTerminal(): void {
  for (const program of running) {
    if (program.hasTerminal) program.kill()
    else program.thaw()
  }
}

/** Stops this process, as if it had no listener. Comes back when it is continued. */
function stopAs(signal: 'SIGTSTP' | 'SIGTTIN'): void {
  const listeners = process.listeners(signal)
  for (const listener of listeners) process.off(signal, listener)
  process.kill(process.pid, signal)
  for (const listener of listeners) process.on(signal, listener)
}
